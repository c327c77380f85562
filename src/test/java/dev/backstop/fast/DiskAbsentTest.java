package dev.backstop.fast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.CacheTier;
import dev.backstop.testing.Logged;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tier on disk, where it can't be. */
class DiskAbsentTest {
  private static final long BYTES = 16 << 20;

  @TempDir private Path directory;
  private FastTiers tiers;

  private CacheTier open(Path where, String cacheName, long bytes) {
    tiers = new FastTiers(where);
    return tiers.openDisk(cacheName, bytes);
  }

  @AfterEach
  void close() {
    tiers.close();
  }

  @Test
  void whereTheDiskIsTooSmall_theCacheGoesWithout() throws Exception {
    try (Logged logged = new Logged()) {
      assertThat(open(directory, "huge", Long.MAX_VALUE / 2)).isInstanceOf(AbsentTier.class);
      assertThat(logged.messages(Level.WARNING))
          .singleElement()
          .asString()
          .startsWith("Cache huge goes without its tier disk in " + directory + ": ")
          .contains("it may need 4611686018427387903 bytes more, and ");
    }
  }

  @Test
  void whereTheFolderCannotBe_theCacheGoesWithout() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    try (Logged logged = new Logged()) {
      CacheTier tier = open(file, "feeds", BYTES);
      assertThat(tier.name()).isEqualTo("disk");
      tier.put("k", new byte[1]);
      assertThat(tier.get("k")).isNull();
      assertThat(logged.messages(Level.WARNING))
          .singleElement()
          .asString()
          .startsWith("Cache feeds goes without its tier disk in " + file + ": ")
          .contains("couldn't be created");
    }
  }

  @Test
  void whereAFileIsInThePlaceOfItsFolder_theCacheGoesWithout() throws Exception {
    Files.createFile(directory.resolve("cache-others"));
    try (Logged logged = new Logged()) {
      assertThat(open(directory, "others", BYTES)).isInstanceOf(AbsentTier.class);
      assertThat(logged.messages(Level.WARNING))
          .singleElement()
          .asString()
          .contains("Location is not a directory");
    }
  }
}
