package dev.backstop;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Packages import downwards only, and each foreign library has one package that knows it. */
class ArchitectureTest {
  private static final String ROOT = "dev.backstop";

  static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  /** Every package, and the layer it is in. It may use the layers below and nothing beside it. */
  private enum Part {
    FACE(0),
    STACK(0),
    CLOCK(1),
    CODEC(2),
    FAST(2),
    BACKUP(2),
    CORE(3),
    CLUSTER(4),
    CONFIG(4),
    JCACHE(4),
    JTA(4),
    METRICS(4),
    CDI(5),
    ANNOTATION(6);

    private final int layer;

    Part(int layer) {
      this.layer = layer;
    }

    String packageName() {
      return this == FACE ? ROOT : ROOT + "." + name().toLowerCase(Locale.ROOT);
    }

    boolean exists() {
      return MAIN.stream().anyMatch(c -> c.getPackageName().equals(packageName()));
    }

    String[] forbidden() {
      return Stream.of(values())
          .filter(other -> other != this && other.layer >= layer)
          .map(Part::packageName)
          .toArray(String[]::new);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ANNOTATION") // The top may use all.
  void packagesImportDownwardsOnly(Part part) {
    noClasses()
        .that()
        .resideInAPackage(part.packageName())
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(part.forbidden())
        .allowEmptyShould(!part.exists())
        .check(MAIN);
  }

  @Test
  void everyPackageHasItsLayer() {
    classes()
        .should()
        .resideInAnyPackage(Stream.of(Part.values()).map(Part::packageName).toArray(String[]::new))
        .check(MAIN);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("(**)").should().beFreeOfCycles().check(MAIN);
  }

  @ParameterizedTest
  @CsvSource({
    "jakarta.annotation.., dev.backstop.annotation",
    "jakarta.enterprise.., dev.backstop.cdi|dev.backstop.annotation",
    "jakarta.inject.., dev.backstop.cdi|dev.backstop.annotation",
    "jakarta.interceptor.., dev.backstop.annotation",
    "jakarta.servlet.., dev.backstop.cdi",
    "javax.naming.., dev.backstop.cdi",
    "jakarta.transaction.., dev.backstop.jta|dev.backstop.cdi", // which looks the registry up
    "org.eclipse.microprofile.., dev.backstop.config",
    "jakarta.persistence.., dev.backstop.backup|dev.backstop", // Changes.jpql takes what is yours
    "org.flywaydb.., dev.backstop.backup",
    "com.zaxxer.hikari.., dev.backstop.backup",
    "org.ehcache.., dev.backstop.fast",
    "javax.cache.., dev.backstop.jcache|dev.backstop.annotation",
    "tools.jackson.., dev.backstop.codec|dev.backstop.config", // values, and texts of settings,
  })
  void oneKnowsTheLibrary(String library, String who) {
    noClasses()
        .that()
        .resideOutsideOfPackages(who.split("\\|"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(MAIN);
  }

  /** An application that has no {@code javax.cache} has classes linked that name none of it. */
  @Test
  void annotationsOfOurOwnNeedNoJsr107() {
    noClasses()
        .that()
        .resideInAPackage("dev.backstop.annotation")
        .and()
        .haveNameNotMatching(".*\\.Standard\\w+(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("javax.cache..")
        .check(MAIN);
    noClasses()
        .that()
        .haveSimpleName("StandardExtension")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("javax.cache..")
        .check(MAIN);
  }
}
