package dev.backstop.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.Backstop;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The jar as applications get it. */
class JarIT {
  @Test
  void hasAModuleNameAndAsksWildFlyForWhatItNeeds() throws Exception {
    try (JarFile jar = open()) {
      Attributes manifest = jar.getManifest().getMainAttributes();
      assertThat(manifest.getValue("Automatic-Module-Name")).isEqualTo("dev.backstop");
      assertThat(manifest.getValue("Dependencies"))
          .isEqualTo("org.hibernate optional services, jdk.unsupported optional");
    }
  }

  @Test
  void bringsTheMigrationsAndTheLicenseAndNoPersistenceUnit() throws Exception {
    try (JarFile jar = open()) {
      assertThat(jar.stream().map(ZipEntry::getName))
          .contains(
              "META-INF/LICENSE",
              "db/backstop/flyway.conf",
              "db/backstop/h2/V1__backups.sql",
              "db/backstop/h2/V1.1__nodes.sql",
              // By which Flyway finds the migrations on Open Liberty.
              "db/backstop/h2/flyway.location",
              "db/backstop/postgresql/flyway.location",
              "db/backstop/postgresql/V1__backups.sql",
              "db/backstop/postgresql/V1.1__nodes.sql",
              // Beside them, where Flyway does not look.
              "db/backstop/optional/postgresql/partition_by_hash.sql")
          // It would make every @PersistenceContext of the application ambiguous.
          .doesNotContain("META-INF/persistence.xml");
    }
  }

  /** The clock of the machine is the usual reason why the same commit gives other bytes. */
  @Test
  void bearsNoTimeOfTheBuild() throws Exception {
    try (JarFile jar = open()) {
      List<LocalDateTime> times = jar.stream().map(ZipEntry::getTimeLocal).distinct().toList();
      assertThat(times).singleElement().extracting(LocalDateTime::toLocalTime).hasToString("00:00");
    }
  }

  private static JarFile open() throws Exception {
    Path jar = Path.of(Backstop.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    assertThat(jar).as("Run with `mvn verify`, which packs the jar").isRegularFile();
    return new JarFile(jar.toFile());
  }
}
