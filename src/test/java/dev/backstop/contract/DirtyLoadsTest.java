package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupFilter;
import dev.backstop.CacheTransaction;
import dev.backstop.Entry;
import dev.backstop.Loader;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a transaction loads: its own once it changed something, and as old as the transaction. */
class DirtyLoadsTest extends Fixture {
  private final Source source = new Source("loaded");
  private final Gate gate = new Gate();
  private Backstop backstop;
  private BackedCache<String, String> cache;

  @BeforeEach
  void openOne() {
    backstop = open();
    cache = cache(backstop);
  }

  private static <T> T elsewhere(java.util.concurrent.Callable<T> call) throws Exception {
    return Threads.start(call).join();
  }

  private @Nullable String seen(String key) throws Exception {
    return elsewhere(() -> cache.peek(key).map(Entry::value).orElse(null));
  }

  private Loader<String, Exception> gated(String value) {
    return () -> {
      gate.enter();
      return value;
    };
  }

  private void makeDirty() {
    cache.remove("another");
  }

  @Test
  void aLoadOfADirtyTransactionIsStoredAfterTheCommit() throws Exception {
    try (CacheTransaction transaction = backstop.transaction()) {
      makeDirty();
      assertThat(cache.get("k", source)).isEqualTo("loaded");
      assertThat(cache.get("k", source)).isEqualTo("loaded");
      assertThat(source.calls()).isEqualTo(1);
      assertThat(seen("k")).isNull();
      transaction.committed();
    }
    assertThat(cache.peek("k")).map(Entry::origin).contains(Origin.FAST);
    assertThat(seen("k")).isEqualTo("loaded");
    assertThat(afterRestart().peek("k")).map(Entry::value).contains("loaded");
  }

  @Test
  void aLoadOfATransactionThatIsNotCommittedIsNotStored() throws Exception {
    try (CacheTransaction unused = backstop.transaction()) {
      makeDirty();
      cache.get("k", source);
      cache.getAll(Set.of("a", "b"), keys -> Map.of("a", "1", "b", "2"), Policy.unset());
    }
    assertThat(seen("k")).isNull();
    assertThat(seen("a")).isNull();
    assertThat(afterRestart().peek("k")).isEmpty();
  }

  @Test
  void aLoadOfADirtyTransactionIsNotShared() throws Exception {
    Started<String> dirty =
        Threads.start(
            () -> {
              try (CacheTransaction transaction = backstop.transaction()) {
                makeDirty();
                String value = cache.get("k", gated("uncommitted"));
                transaction.committed();
                return value;
              }
            });
    gate.awaitEntered();
    assertThat(cache.get("k", source)).isEqualTo("loaded");
    gate.open();
    assertThat(dirty.join()).isEqualTo("uncommitted");
    assertThat(seen("k")).isEqualTo("loaded"); // it began later
  }

  @Test
  void aDirtyTransactionJoinsNobody_andItsTimeoutsDoNotTakeItToAnotherThread() throws Exception {
    Started<String> other = Threads.start(() -> cache.get("k", gated("other")));
    gate.awaitEntered();
    try (CacheTransaction unused = backstop.transaction()) {
      makeDirty();
      AtomicReference<Thread> loader = new AtomicReference<>();
      Policy timed = Policy.unset().hardTimeout(Duration.ofSeconds(30));
      String own =
          cache.get(
              "k",
              () -> {
                loader.set(Thread.currentThread());
                return "own";
              },
              timed);
      assertThat(own).isEqualTo("own");
      assertThat(loader).hasValue(Thread.currentThread());
    }
    gate.open();
    assertThat(other.join()).isEqualTo("other");
  }

  @Test
  void otherLoadsInTransactionsAreShared() throws Exception {
    Started<String> clean =
        Threads.start(
            () -> {
              try (CacheTransaction unused = backstop.transaction()) {
                return cache.get("k", gated("shared"));
              }
            });
    gate.awaitEntered();
    Started<String> joining =
        Threads.start(
            () -> {
              try (CacheTransaction unused = backstop.transaction()) {
                return cache.get("k", source);
              }
            });
    Threads.awaitWaiting(joining.thread());
    gate.open();
    assertThat(clean.join()).isEqualTo("shared");
    assertThat(joining.join()).isEqualTo("shared");
    assertThat(seen("k")).isEqualTo("shared"); // the transaction had nothing to commit
    assertThat(source.calls()).isZero();
  }

  @Test
  void aTransactionIsDirtyForTheCacheThatItChangedAlone() throws Exception {
    BackedCache<String, String> clean =
        backstop.cache(dev.backstop.CacheSpec.of("others", String.class, String.class).ttl(TTL));
    try (CacheTransaction unused = backstop.transaction()) {
      makeDirty();
      clean.get("k", source);
    }
    assertThat(elsewhere(() -> clean.contains("k"))).isTrue();
  }

  @Test
  void aLoadIsStampedWithTheBeginOfItsTransaction() throws Exception {
    Instant begin = clock.instant();
    try (CacheTransaction unused = backstop.transaction()) {
      clock.advance(MOMENT);
      Entry<String> clean = cache.entry("clean", source, Policy.unset());
      makeDirty();
      Entry<String> dirty = cache.entry("dirty", source, Policy.unset());
      for (Entry<String> entry : List.of(clean, dirty)) {
        assertThat(entry.createdAt()).isBetween(begin, begin.plusMillis(1));
        assertThat(Duration.between(entry.createdAt(), entry.expiresAt())).isEqualTo(TTL);
      }
    }
  }

  record Change(String name, Consumer<BackedCache<String, String>> of, @Nullable String after) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Change> changes() {
    return Stream.of(
        new Change("put", cache -> cache.put("k", "newer"), "newer"),
        new Change("remove", cache -> cache.remove("k"), null),
        new Change("expire", cache -> cache.expire("k"), null),
        new Change("clear", BackedCache::clear, null),
        new Change("expire before", cache -> cache.expireCreatedBefore(Instant.MAX), null));
  }

  /** Its snapshot may be from before the change: who comes later must not get it for fresh. */
  @ParameterizedTest
  @MethodSource("changes")
  void whatATransactionLoadsAfterAChangeByOthers_isNotFreshForOthers(Change change)
      throws Exception {
    cache.put("k", "old");
    database.restore();
    try (CacheTransaction unused = backstop.transaction()) {
      clock.advance(MOMENT);
      elsewhere(
          () -> {
            change.of.accept(cache);
            return null;
          });
      String got = cache.get("k", () -> "from an old snapshot");
      assertThat(got).isEqualTo(change.after == null ? "from an old snapshot" : change.after);
      assertThat(seen("k")).isEqualTo(change.after);
    }
    assertThat(seen("k")).isEqualTo(change.after);
    BackedCache<String, String> restarted = afterRestart();
    assertThat(restarted.contains("k")).isEqualTo(change.after != null);
  }

  @ParameterizedTest
  @MethodSource("changes")
  void whatADirtyTransactionLoadedBeforeAChangeByOthers_isNotFreshAfterItsCommit(Change change)
      throws Exception {
    cache.put("k", "old");
    try (CacheTransaction transaction = backstop.transaction()) {
      cache.expire("another");
      cache.remove("k");
      clock.advance(MOMENT);
      cache.get("new", () -> "from an old snapshot");
      elsewhere(
          () -> {
            change.of.accept(cache);
            cache.remove("new");
            return null;
          });
      transaction.committed();
    }
    assertThat(seen("new")).isNull();
    assertThat(seen("k")).isNull(); // removed by the commit, which is the last
  }

  @ParameterizedTest
  @MethodSource("changes")
  void whatADirtyTransactionLoadedBeforeAChangeOfItsOwn_isEndedByIt(Change change)
      throws Exception {
    try (CacheTransaction transaction = backstop.transaction()) {
      makeDirty();
      cache.get("k", () -> "from before the change");
      change.of.accept(cache);
      assertThat(cache.peek("k").map(Entry::value).orElse(null)).isEqualTo(change.after);
      transaction.committed();
    }
    assertThat(seen("k")).isEqualTo(change.after);
    assertThat(afterRestart().contains("k")).isEqualTo(change.after != null);
  }

  /** A load under way that may see what was before the change is not for who comes after it. */
  @Test
  void whoComesAfterAChange_doesNotJoinAnOlderTransaction() throws Exception {
    Gate begun = new Gate();
    Started<String> old =
        Threads.start(
            () -> {
              try (CacheTransaction unused = backstop.transaction()) {
                begun.enter();
                return cache.get("k", gated("from an old snapshot"));
              }
            });
    begun.awaitEntered();
    cache.remove("k");
    begun.open();
    gate.awaitEntered();
    assertThat(cache.get("k", source)).isEqualTo("loaded");
    gate.open();
    assertThat(old.join()).isEqualTo("from an old snapshot");
    assertThat(seen("k")).isEqualTo("loaded");
  }

  @Test
  void aLoaderThatAsksForItsOwnKeyIsRefused() {
    try (CacheTransaction unused = backstop.transaction()) {
      makeDirty();
      assertThatThrownBy(() -> cache.get("k", () -> cache.get("k", source)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("circle");
      assertThat(cache.get("k", () -> cache.get("other", () -> "v") + "!")).isEqualTo("v!");
    }
  }

  @Test
  void aCircleOfLoadersIsRefused() {
    try (CacheTransaction unused = backstop.transaction()) {
      makeDirty();
      assertThatThrownBy(() -> cache.get("a", () -> cache.get("b", () -> cache.get("a", source))))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("circle");
      assertThat(source.calls()).isZero();
      assertThat(cache.get("a", () -> "again")).isEqualTo("again");
    }
  }

  @Test
  void aFailedLoadOfADirtyTransactionStandsInForItselfAlone() throws Exception {
    cache.put("k", "old");
    pastTtl();
    IOException failure = source.fail();
    try (CacheTransaction unused = backstop.transaction()) {
      makeDirty();
      Entry<String> entry = cache.entry("k", source, Policy.unset());
      assertThat(entry.value()).isEqualTo("old");
      assertThat(entry.origin()).isEqualTo(Origin.STAND_IN);
      assertThat(
              cache.getAllWith(
                  Set.of("k"),
                  (keys, context) -> {
                    context.failed("k", failure);
                    return Map.of();
                  },
                  Policy.unset()))
          .containsEntry("k", "old");
      assertThatThrownBy(() -> cache.get("none", source)).isSameAs(failure);
      assertThatThrownBy(
              () ->
                  cache.getAll(
                      Set.of("none"),
                      keys -> {
                        throw failure;
                      },
                      Policy.unset()))
          .isSameAs(failure);
    }
    assertThat(seen("k")).isNull(); // no stand-in time began
  }

  @Test
  void aDirtyBulkGet_leavesOutWhatTheSourceSaysNothingOf() throws Exception {
    try (CacheTransaction transaction = backstop.transaction()) {
      makeDirty();
      Map<String, String> loaded = new java.util.HashMap<>();
      loaded.put("a", "1");
      loaded.put("null", null);
      assertThat(cache.getAll(List.of("a", "null", "absent"), keys -> loaded, Policy.unset()))
          .containsOnlyKeys("a", "null")
          .containsEntry("a", "1");
      transaction.committed();
    }
    assertThat(seen("a")).isEqualTo("1");
  }

  /** A refresh is for others as well, and must not see what is not committed. */
  @Test
  void aRefreshAhead_neverRunsInATransaction() throws Exception {
    Backstop onCallersThread = open(builder -> builder.executor(Runnable::run));
    BackedCache<String, String> refreshed =
        onCallersThread.cache(
            dev.backstop.CacheSpec.of("refreshed", String.class, String.class)
                .policy(Policy.ttl(TTL).refreshAhead(0.1)));
    refreshed.put("k", "old");
    clock.advance(TTL.dividedBy(2));
    try (CacheTransaction unused = onCallersThread.transaction()) {
      assertThat(refreshed.get("k", source)).isEqualTo("old");
    }
    assertThat(source.calls()).isZero();
  }

  @Test
  void afterTheCommit_aFilterMeetsWhatWasReloadedBeforeIt() throws Exception {
    cache.put("k1", "old");
    try (CacheTransaction transaction = backstop.transaction()) {
      assertThat(cache.removeAll(BackupFilter.keyPrefix("k"))).isEqualTo(1);
      assertThat(elsewhere(() -> cache.get("k1", () -> "old row"))).isEqualTo("old row");
      transaction.committed();
    }
    Eventually.holds(() -> !cache.contains("k1"), "what was reloaded is expired");
  }

  /** Whether it is committed later, nobody knows; what may be an old row must not be fresh. */
  @Test
  void whereTheBackstopIsClosedBeforeTheCommit_aFilterMeetsWhatWasReloaded() throws Exception {
    cache.put("k1", "old");
    try (CacheTransaction unused = backstop.transaction()) {
      assertThat(cache.removeAll(BackupFilter.keyPrefix("k"))).isEqualTo(1);
      assertThat(elsewhere(() -> cache.get("k1", () -> "old row"))).isEqualTo("old row");
      backstop.close();
    }
    assertThat(afterRestart().contains("k1")).isFalse();
  }
}
