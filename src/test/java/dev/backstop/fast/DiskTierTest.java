package dev.backstop.fast;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.backstop.CacheTier;
import dev.backstop.testing.CacheTierContract;
import dev.backstop.testing.Logged;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tier on disk, in good order. */
class DiskTierTest extends CacheTierContract {
  private static final long LEAST = 1 << 20;

  @TempDir private Path directory;
  private FastTiers tiers = new FastTiers(null);
  private CacheTier tier;

  @Override
  protected CacheTier tier() {
    return tier;
  }

  @BeforeEach
  void open() {
    tier = reopened("feeds");
  }

  private CacheTier reopened(String cacheName) {
    tiers.close();
    tiers = new FastTiers(directory);
    return tiers.openDisk(cacheName, 16 * LEAST);
  }

  @AfterEach
  void close() {
    tiers.close();
  }

  @Test
  void itSurvivesAnOrderlyCloseAgainAndAgain() throws Exception {
    try (Logged logged = new Logged()) {
      for (int i = 0; i < 100; i++) {
        tier.put("k" + i, new byte[1_000 + i]);
      }
      for (int round = 0; round < 3; round++) {
        tier = reopened("feeds");
        for (int i = 0; i < 100; i++) {
          assertThat(tier.get("k" + i)).hasSize(1_000 + i + (i == 7 ? round : 0));
        }
        tier.put("k7", new byte[1_008 + round]);
        assertThat(tier.get("removed")).isNull();
        tier.put("removed", new byte[1]);
        tier.remove("removed");
      }
      assertThat(logged.messages(Level.WARNING)).isEmpty();
    }
  }

  @Test
  void itMayGrow() throws Exception {
    tier.put("k", new byte[1_000]);
    tiers.close();
    tiers = new FastTiers(directory);
    assertThat(tiers.openDisk("feeds", 64 * LEAST).get("k")).hasSize(1_000);
  }

  /** The names differ in case or in what file systems do not take; "con" is a device to some. */
  @Test
  void eachCacheHasAFolderOfItsOwn() throws Exception {
    List<String> names =
        List.of("feeds", "Feeds", "shop:feeds", "feeds@2", "a.b", "a_b", "con", ".");
    tiers.close();
    tiers = new FastTiers(directory);
    for (String name : names) {
      tiers.openDisk(name, LEAST).put("k", name.getBytes(UTF_8));
    }
    tiers.close();
    tiers = new FastTiers(directory);
    for (String name : names) {
      assertThat(tiers.openDisk(name, LEAST).get("k")).isEqualTo(name.getBytes(UTF_8));
    }
    try (Stream<Path> folders = Files.list(directory)) {
      assertThat(folders.map(folder -> folder.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "cache-feeds",
              "cache-%46eeds",
              "cache-shop%3afeeds",
              "cache-feeds%402",
              "cache-a%2eb",
              "cache-a_b",
              "cache-con",
              "cache-%2e");
    }
  }

  @Test
  void withoutADirectoryThereIsNoDiskTier() {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> new FastTiers(null).openDisk("feeds", LEAST))
        .withMessage("diskBytes of cache feeds need a BackstopBuilder.diskDirectory");
  }

  @Test
  void lessThanIsOfUseIsRefused() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> tiers.openDisk("feeds", LEAST - 1))
        .withMessage("diskBytes must be at least 1048576, was 1048575");
  }

  /** A value that can't be held must not leave its predecessor there either. */
  @Test
  void aValueLargerThanTheTierIsNotHeldAndNobodyMinds() throws Exception {
    try (Logged logged = new Logged()) {
      tier.put("k", new byte[10]);
      tier.put("k", new byte[(int) (32 * LEAST)]);
      assertThat(tier.get("k")).isNull();
      tier.put("k", new byte[20]);
      assertThat(tier.get("k")).hasSize(20);
      assertThat(logged.messages(Level.WARNING)).isEmpty();
    }
  }

  /** A load may outlast the Backstop that it was for. */
  @Test
  void afterClose_whatComesLateGoesNowhere() throws Exception {
    CacheTier closed = tier;
    closed.put("k", new byte[1]);
    try (Logged logged = new Logged()) {
      tiers.close();
      tiers.close();
      assertThat(closed.get("k")).isNull();
      closed.put("k", new byte[2]);
      closed.remove("k");
      closed.removeIf(key -> true);
      assertThat(reopened("feeds").get("k")).hasSize(1);
      assertThat(logged.messages(Level.WARNING)).isEmpty();
    }
  }
}
