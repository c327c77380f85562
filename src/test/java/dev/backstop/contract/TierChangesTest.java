package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupFilter;
import dev.backstop.CacheSpec;
import dev.backstop.CacheTier;
import dev.backstop.Codec;
import dev.backstop.Durability;
import dev.backstop.GenericType;
import dev.backstop.Policy;
import dev.backstop.codec.JsonCodec;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Explicit changes reach every tier, the deepest first, and no tier brings back what they ended.
 */
class TierChangesTest extends TierFixture {
  /** What ends a value. */
  private enum End {
    REMOVE {
      @Override
      void happen(BackedCache<String, String> cache, TierChangesTest test) {
        cache.remove("k");
      }
    },
    REMOVE_ALL {
      @Override
      void happen(BackedCache<String, String> cache, TierChangesTest test) {
        cache.removeAll(List.of("k", "other"));
      }
    },
    CLEAR {
      @Override
      void happen(BackedCache<String, String> cache, TierChangesTest test) {
        cache.clear();
      }
    },
    EXPIRE {
      @Override
      void happen(BackedCache<String, String> cache, TierChangesTest test) {
        cache.expire("k");
      }
    },
    EXPIRE_CREATED_BEFORE {
      @Override
      void happen(BackedCache<String, String> cache, TierChangesTest test) {
        cache.expireCreatedBefore(test.clock.instant());
      }
    },
    EXPIRE_BY_PREFIX {
      @Override
      void happen(BackedCache<String, String> cache, TierChangesTest test) {
        cache.expireAll(BackupFilter.keyPrefix("k"));
      }
    },
    REMOVE_BY_PREFIX {
      @Override
      void happen(BackedCache<String, String> cache, TierChangesTest test) {
        cache.removeAll(BackupFilter.keyPrefix("k"));
      }
    },
    REMOVE_BY_SQL {
      @Override
      void happen(BackedCache<String, String> cache, TierChangesTest test) {
        cache.removeAll(
            BackupFilter.sql("b.cache_key = :key or b.blob is null", Map.of("key", "k")));
      }
    },
    REMOVE_BY_JPQL {
      @Override
      void happen(BackedCache<String, String> cache, TierChangesTest test) {
        cache.removeAll(BackupFilter.jpql("b.cacheKey = :key", Map.of("key", "k")));
      }
    },
    PUT {
      @Override
      void happen(BackedCache<String, String> cache, TierChangesTest test) {
        cache.put("k", "v2");
      }
    };

    abstract void happen(BackedCache<String, String> cache, TierChangesTest test);
  }

  @ParameterizedTest
  @EnumSource
  void whatEnded_noTierServesAgain(End end) throws Exception {
    BackedCache<String, String> cache = node();
    cache.get("k", source);
    clock.advance(MOMENT);
    end.happen(cache, this);
    source.answer("v2");
    assertThat(cache.get("k", source, PAST_HEAP)).isEqualTo("v2");
  }

  @ParameterizedTest
  @EnumSource
  void whatEnded_noTierServesAgain_alsoWhereTheHeapHadNothingOfIt(End end) throws Exception {
    BackedCache<String, String> cache = node();
    cache.get("k", source, Policy.unset().withoutWriting(CacheTier.HEAP));
    clock.advance(MOMENT);
    end.happen(cache, this);
    source.answer("v2");
    assertThat(cache.get("k", source, PAST_HEAP)).isEqualTo("v2");
  }

  @ParameterizedTest
  @EnumSource
  void whatEndedElsewhereWhileThisNodeWasAway_noTierServesAgain(End end) throws Exception {
    BackedCache<String, String> here = node();
    here.get("k", source);
    closeAll();
    clock.advance(MOMENT);
    BackedCache<String, String> elsewhere = cache();
    end.happen(elsewhere, this);
    source.answer("v2");
    assertThat(node().get("k", source)).isEqualTo("v2");
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE, // a load under way has no row that a condition could mean
      names = {"REMOVE_BY_SQL", "REMOVE_BY_JPQL"})
  void whatEndedDuringALoad_noTierHolds(End end) throws Exception {
    BackedCache<String, String> cache = node();
    Gate gate = new Gate();
    Started<String> load = loadingAt(gate, cache);
    clock.advance(MOMENT);
    end.happen(cache, this);
    gate.open();
    assertThat(load.join()).isEqualTo("old");
    source.answer("v2");
    assertThat(cache.get("k", source, PAST_HEAP)).isEqualTo("v2");
  }

  @Test
  void removingByPrefix_reachesWhatOnlyATierHolds() throws Exception {
    BackedCache<String, String> cache = node();
    cache.get("k", source);
    cache.get("other", source);
    run("delete from backstop_backup");
    BackedCache<String, String> there = node();
    assertThat(there.removeAll(BackupFilter.keyPrefix("k"))).isZero();
    assertThat(upper.held).containsOnlyKeys("feeds/other");
    assertThat(lower.held).containsOnlyKeys("feeds/other");
  }

  @Test
  void whatIsOlderThanTheOpening_isServedIfTheBackupsHoldItStillOrDoNotAnswer() throws Exception {
    node().get("k", source);
    closeAll();
    assertThat(node().get("k", source)).isEqualTo("v1");
    Backstop reopened = open();
    BackedCache<String, String> cache = node(reopened);
    database.refuse();
    assertThat(cache.get("k", source, PAST_HEAP)).isEqualTo("v1");
    assertThat(source.calls()).isEqualTo(1);
  }

  @Test
  void whatIsOlderThanTheOpeningAndHasNoBackup_isNotServed() throws Exception {
    node().get("k", source);
    closeAll();
    run("delete from backstop_backup"); // removed and culled long ago
    source.answer("v2");
    assertThat(node().get("k", source)).isEqualTo("v2");
  }

  @Test
  void aChange_reachesTheBackupFirst_thenTheTiersFromBelow() throws Exception {
    BackedCache<String, String> cache = node();
    cache.get("k", source);
    List<String> order = new ArrayList<>();
    for (TestTier tier : List.of(upper, lower)) {
      tier.beforeWrite =
          () -> {
            try {
              order.add(tier.name() + ", backup removed: " + isRemoved());
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          };
    }
    cache.remove("k");
    assertThat(order).containsExactly("lower, backup removed: true", "upper, backup removed: true");
    assertThat(upper.held).isEmpty();
    assertThat(lower.held).isEmpty();
  }

  private static boolean isRemoved() throws Exception {
    return "0".equals(ask("select count(blob) from backstop_backup"));
  }

  @Test
  void aChangeThatIsNotDurableYet_isToldToTheTiersWhenItIs() throws Exception {
    Backstop backstop = open(builder -> builder.durability(Durability.ASYNC));
    BackedCache<String, String> cache = node(backstop);
    cache.get("k", source);
    Eventually.holds(() -> backstop.writes().waiting() == 0, "written");
    database.refuse();
    cache.remove("k");
    assertThat(cache.peek("k")).isEmpty();
    source.fail();
    assertThat(Threads.start(() -> cache.get("k", source, PAST_HEAP)).outcome().failure())
        .hasMessage("The source is down");
    database.restore();
    Eventually.holds(() -> upper.held.isEmpty() && lower.held.isEmpty(), "the tiers were told");
  }

  /** A load of an old value that is under way, and ends when the gate is opened. */
  private static Started<String> loadingAt(Gate gate, BackedCache<String, String> cache)
      throws Exception {
    return loadingAt(gate, cache, Policy.unset());
  }

  private static Started<String> loadingAt(
      Gate gate, BackedCache<String, String> cache, Policy policy) throws Exception {
    Started<String> load =
        Threads.start(
            () ->
                cache.get(
                    "k",
                    () -> {
                      gate.enter();
                      return "old";
                    },
                    policy));
    gate.awaitEntered();
    return load;
  }

  private static Callable<Void> putting(BackedCache<String, String> cache, String value) {
    return () -> {
      cache.put("k", value);
      return null;
    };
  }

  @Test
  void putsOfOneKey_reachATierInTheirOrder() throws Exception {
    BackedCache<String, String> cache = node();
    Gate gate = new Gate();
    AtomicReference<Runnable> first = new AtomicReference<>(() -> pass(gate));
    lower.beforeWrite = () -> first.getAndSet(() -> {}).run();
    Started<?> early = Threads.start(putting(cache, "v1"));
    gate.awaitEntered();
    Started<?> late = Threads.start(putting(cache, "v2"));
    Threads.awaitWaiting(late.thread());
    gate.open();
    early.join();
    late.join();
    assertThat(cache.get("k", source, PAST_HEAP)).isEqualTo("v2");
    assertThat(source.calls()).isZero();
  }

  @Test
  void aRemovalWhileATierIsRead_isNotUndoneByWhatWasRead() throws Exception {
    BackedCache<String, String> cache = node();
    cache.get("k", source);
    Gate gate = new Gate();
    AtomicReference<Runnable> once = new AtomicReference<>(() -> pass(gate));
    upper.afterRead = () -> once.getAndSet(() -> {}).run();
    Started<String> reading = Threads.start(() -> cache.get("k", source, PAST_HEAP));
    gate.awaitEntered();
    cache.remove("k");
    gate.open();
    assertThat(reading.join()).isEqualTo("v1");
    assertThat(upper.held).isEmpty();
    assertThat(lower.held).isEmpty();
    source.answer("v2");
    assertThat(cache.get("k", source)).isEqualTo("v2");
  }

  @Test
  void anOlderLoadOfAnotherNode_doesNotReplaceANewerCopyInASharedTier() throws Exception {
    BackedCache<String, String> slow = node();
    Gate gate = new Gate();
    Started<String> load = loadingAt(gate, slow);
    clock.advance(MOMENT);
    BackedCache<String, String> quick = node();
    quick.get("k", () -> "new");
    gate.open();
    load.join();
    assertThat(node().get("k", source)).isEqualTo("new");
    assertThat(source.calls()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatTheTableRefused_leavesTheTiersAsWell_alsoWhereTheHeapHasNothingOfIt(boolean inHeap)
      throws Exception {
    BackedCache<String, String> slow = node();
    Gate gate = new Gate();
    Started<String> load =
        loadingAt(gate, slow, inHeap ? Policy.unset() : Policy.unset().withoutWriting("heap"));
    clock.advance(MOMENT);
    cache().put("k", "new"); // by a node without the tiers
    gate.open();
    load.join();
    Eventually.holds(() -> upper.held.isEmpty() && lower.held.isEmpty(), "the tiers were told");
  }

  @Test
  void aValueThatCannotBeEncoded_leavesNoOlderOneInATier() throws Exception {
    BackedCache<String, Object> cache =
        open()
            .cache(CacheSpec.of("feeds", String.class, Object.class).ttl(TTL).tiers(upper, lower));
    cache.get("k", () -> Map.of("a", 1));
    assertThat(upper.held).isNotEmpty();
    cache.expire("k");
    Object self = new Unencodable();
    assertThat(cache.get("k", () -> self)).isSameAs(self);
    assertThat(upper.held).isEmpty();
    assertThat(lower.held).isEmpty();
  }

  /** Holds itself, which no JSON can say. */
  private static final class Unencodable {
    @SuppressWarnings("unused") // by the codec
    public Unencodable getSelf() {
      return this;
    }
  }

  @Test
  void putAllAndAdd_reachTheTiers() throws Exception {
    BackedCache<String, String> cache = node();
    cache.putAll(Map.of("k", "v1", "l", "v2"), TTL);
    assertThat(cache.add("m", "v3", TTL)).isTrue();
    assertThat(upper.held).containsOnlyKeys("feeds/k", "feeds/l", "feeds/m");
    for (Map.Entry<String, String> each : Map.of("k", "v1", "l", "v2", "m", "v3").entrySet()) {
      assertThat(cache.get(each.getKey(), source, PAST_HEAP)).isEqualTo(each.getValue());
    }
    assertThat(source.calls()).isZero();
  }

  @Test
  void aSourceThatHasNoSuchThing_leavesNoCopyInATier() throws Exception {
    BackedCache<String, String> cache = node();
    cache.get("k", source);
    pastTtl();
    source.answer(null);
    assertThat(cache.get("k", source)).isNull();
    assertThat(upper.held).isEmpty();
    assertThat(lower.held).isEmpty();
  }

  @Test
  void manyThreads_leaveEveryTierWithTheLastWord() throws Exception {
    BackedCache<String, String> cache = node();
    List<Started<?>> threads = new CopyOnWriteArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      int number = thread;
      threads.add(
          Threads.start(
              () -> {
                for (int i = 0; i < 100; i++) {
                  String key = "k" + i % 3;
                  switch ((i + number) % 4) {
                    case 0 -> cache.put(key, number + "/" + i);
                    case 1 -> cache.remove(key);
                    case 2 -> cache.expire(key);
                    default -> cache.get(key, () -> "loaded", PAST_HEAP);
                  }
                }
                return null;
              }));
    }
    for (Started<?> thread : threads) {
      thread.join();
    }
    for (int i = 0; i < 3; i++) {
      String key = "k" + i;
      String inHeap = cache.peek(key).map(entry -> entry.value()).orElse("none");
      String below = cache.get(key, () -> "none", PAST_HEAP.withoutWriting(CacheTier.BACKUPS));
      assertThat(below).isEqualTo(inHeap);
    }
  }

  /** Holds whoever encodes for the tiers: a value is encoded for its backup before. */
  private static final class SlowCodec implements Codec {
    private final JsonCodec json = new JsonCodec();
    private final AtomicReference<Runnable> next = new AtomicReference<>(() -> {});
    private final AtomicInteger left = new AtomicInteger();

    /** The second value from now on is encoded when the gate is opened. */
    void holdTheSecondAt(Gate gate) {
      next.set(() -> pass(gate));
      left.set(2);
    }

    @Override
    public String id() {
      return json.id();
    }

    @Override
    public int format() {
      return json.format();
    }

    @Override
    public <V> byte[] encode(V value, GenericType<V> type) throws Exception {
      if (left.getAndDecrement() == 1) {
        next.get().run();
      }
      return json.encode(value, type);
    }

    @Override
    public <V> V decode(byte[] blob, int format, GenericType<V> type) throws Exception {
      return json.decode(blob, format, type);
    }
  }

  @Test
  void aFillThatComesLateToTheTiers_doesNotUndoARemoval() throws Exception {
    SlowCodec codec = new SlowCodec();
    BackedCache<String, String> cache = open().cache(spec().codec(codec).tiers(upper, lower));
    Gate gate = new Gate();
    codec.holdTheSecondAt(gate);
    Policy inTiersAlone = Policy.unset().withoutWriting(CacheTier.BACKUPS); // which would mend it
    Started<String> load = Threads.start(() -> cache.get("k", source, inTiersAlone));
    gate.awaitEntered();
    cache.remove("k");
    gate.open();
    load.join();
    assertThat(upper.held).isEmpty();
    assertThat(lower.held).isEmpty();
  }

  @Test
  void untilATierIsTold_itsCopyIsNotBelieved() throws Exception {
    SlowCodec codec = new SlowCodec();
    BackedCache<String, String> cache = open().cache(spec().codec(codec).tiers(upper, lower));
    cache.get("k", source);
    Gate gate = new Gate();
    codec.holdTheSecondAt(gate);
    Started<?> put = Threads.start(putting(cache, "v2"));
    gate.awaitEntered();
    assertThat(cache.get("k", () -> "from the source", PAST_HEAP)).isEqualTo("from the source");
    gate.open();
    put.join();
  }

  @Test
  void untilATierHasRemovedMany_itsCopiesOfThemAreNotBelieved() throws Exception {
    BackedCache<String, String> cache = node();
    Policy inTiersAlone = Policy.unset().withoutWriting(CacheTier.HEAP, CacheTier.BACKUPS);
    cache.get("k", source, inTiersAlone);
    cache.get("other", source, inTiersAlone);
    Gate gate = new Gate();
    lower.beforeWrite =
        () -> {
          lower.beforeWrite = () -> {};
          pass(gate);
        };
    Started<?> removal =
        Threads.start(
            () -> {
              cache.removeAll(BackupFilter.keyPrefix("k"));
              return null;
            });
    gate.awaitEntered();
    Gate loading = new Gate();
    Started<String> get =
        Threads.start(
            () ->
                cache.get(
                    "k",
                    () -> {
                      loading.enter();
                      return "from the source";
                    }));
    loading.awaitEntered(); // the tiers are read by then
    gate.open();
    removal.join();
    loading.open();
    assertThat(get.join()).isEqualTo("from the source");
    assertThat(cache.get("other", () -> "from the source")).isEqualTo("v1");
  }

  /** It began after the change, and reads a tier that is told while it does. */
  @Test
  void aReadThatMeetsTheEndOfAChange_fillsNothing() throws Exception {
    BackedCache<String, String> cache = node();
    cache.get("k", source);
    assertThatNothingIsBelieved(cache, () -> cache.remove("k"));
  }

  /** The same of a key that only the tiers hold, by its prefix. */
  @Test
  void aReadThatMeetsTheEndOfAChangeByPrefix_fillsNothing() throws Exception {
    BackedCache<String, String> cache = node();
    cache.get("k", source, Policy.unset().withoutWriting(CacheTier.HEAP));
    assertThatNothingIsBelieved(cache, () -> cache.removeAll(BackupFilter.keyPrefix("k")));
  }

  private void assertThatNothingIsBelieved(BackedCache<String, String> cache, Runnable removal)
      throws Exception {
    clock.advance(MOMENT);
    Gate told = new Gate();
    upper.beforeWrite = () -> pass(told);
    Started<Void> removing =
        Threads.start(
            () -> {
              removal.run();
              return null;
            });
    told.awaitEntered();
    clock.advance(MOMENT);
    AtomicBoolean hasRead = new AtomicBoolean();
    upper.afterRead =
        () -> {
          if (Thread.currentThread() != removing.thread() && hasRead.compareAndSet(false, true)) {
            told.open();
            Eventually.holds(removing::isDone, "the tier was told");
          }
        };
    cache.peek("k"); // while it is removed
    assertThat(hasRead).isTrue();
    removing.join();
    source.answer("v2");
    assertThat(cache.get("k", source)).isEqualTo("v2");
  }
}
