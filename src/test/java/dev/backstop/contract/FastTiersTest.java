package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.CacheTier;
import dev.backstop.Entry;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.testing.Logged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fast tier beyond the heap: Ehcache off-heap and on disk. */
class FastTiersTest extends Fixture {
  private static final Policy PAST_HEAP = Policy.unset().withoutReading(CacheTier.HEAP);
  private static final long BYTES = 4 << 20;

  @TempDir private Path directory;
  private final Source source = new Source("v1");

  private BackedCache<String, String> onDisk() {
    return open(builder -> builder.diskDirectory(directory)).cache(spec().diskBytes(BYTES));
  }

  private static CacheSpec<String, String> spec() {
    return CacheSpec.of("feeds", String.class, String.class).ttl(TTL);
  }

  @Test
  void offHeap_holdsWhatTheHeapHasNoRoomFor() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = backstop.cache(spec().heapEntries(1).offHeapBytes(BYTES));
    for (int i = 0; i < 100; i++) {
      cache.get("k" + i, source);
    }
    for (int i = 0; i < 100; i++) {
      assertThat(cache.get("k" + i, source)).isEqualTo("v1");
    }
    assertThat(source.calls()).isEqualTo(100);
    assertThat(backstop.tiers().get(0).answered()).isGreaterThanOrEqualTo(98);
  }

  @Test
  void whatWasRemoved_isNeitherOffHeapNorOnDisk() throws Exception {
    BackedCache<String, String> cache =
        open(builder -> builder.diskDirectory(directory))
            .cache(spec().offHeapBytes(BYTES).diskBytes(BYTES));
    cache.get("k", source);
    assertThat(cache.get("k", source, PAST_HEAP)).isEqualTo("v1");
    cache.remove("k");
    source.answer("v2");
    assertThat(cache.get("k", source, PAST_HEAP)).isEqualTo("v2");
    source.answer("v3");
    cache.clear();
    assertThat(cache.get("k", source, PAST_HEAP)).isEqualTo("v3");
  }

  @Test
  void aRestart_findsTheDiskTierAgain_withStampAndTtl() throws Exception {
    Entry<String> loaded = onDisk().entry("k", source, Policy.unset());
    closeAll();
    clock.advance(TTL.minus(MOMENT));
    BackedCache<String, String> reopened = onDisk();
    assertThat(reopened.entry("k", source, Policy.unset()))
        .isEqualTo(new Entry<>("v1", loaded.createdAt(), loaded.expiresAt(), Origin.FAST, null));
    assertThat(source.calls()).isEqualTo(1);
    clock.advance(MOMENT);
    reopened.get("k", source);
    assertThat(source.calls()).isEqualTo(2);
  }

  @Test
  void aRestartWithoutTheDatabase_isServedFromDisk() throws Exception {
    onDisk().get("k", source);
    closeAll();
    database.refuse();
    source.fail();
    BackedCache<String, String> reopened = onDisk();
    assertThat(reopened.entry("k", source, Policy.unset()).origin()).isEqualTo(Origin.FAST);
    pastTtl();
    assertThat(reopened.entry("k", source, Policy.unset()).origin()).isEqualTo(Origin.STAND_IN);
  }

  @Test
  void whatAnotherNodeRemovedMeanwhile_isNotFoundAgain() throws Exception {
    onDisk().get("k", source);
    closeAll();
    cache().remove("k");
    closeAll();
    source.answer("v2");
    assertThat(onDisk().get("k", source)).isEqualTo("v2");
  }

  @Test
  void aDamagedDiskTier_beginsEmpty_withOneLogLine() throws Exception {
    onDisk().get("k", source);
    closeAll();
    for (Path file : files()) {
      Files.write(file, new byte[] {1, 2, 3});
    }
    source.answer("v2");
    try (Logged log = new Logged()) {
      BackedCache<String, String> reopened = onDisk();
      assertThat(reopened.get("k", source)).isEqualTo("v2");
      assertThat(log.messages(Level.WARNING)).hasSize(1);
      assertThat(log.messages(Level.WARNING).get(0)).contains("feeds").contains("disk");
      assertThat(reopened.get("k", source, PAST_HEAP)).isEqualTo("v2");
    }
    assertThat(source.calls()).isEqualTo(2);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void twoNamespaces_areApartOnOneDisk() throws Exception {
    for (String namespace : List.of("one", "two")) {
      BackedCache<String, String> cache =
          open(builder -> builder.diskDirectory(directory).namespace(namespace))
              .cache(spec().diskBytes(BYTES));
      cache.get("k", () -> namespace);
      assertThat(cache.get("k", source, PAST_HEAP)).isEqualTo(namespace);
    }
  }

  @Test
  void diskBytesWithoutADirectory_areRefused() {
    Backstop backstop = open();
    assertThatThrownBy(() -> backstop.cache(spec().diskBytes(BYTES)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("diskBytes of cache feeds need a BackstopBuilder.diskDirectory");
    assertThatThrownBy(() -> backstop.cache(spec().offHeapBytes(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("offHeapBytes must be at least 1048576, was 1");
    backstop.cache(spec()); // what was refused left nothing
  }
}
