package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.Entry;
import dev.backstop.LoadTimeoutException;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.FakeClock;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The one order: the highest stamp wins, in every tier, whatever the order of arrival. A change
 * during a load wins over it, within one Backstop and between two.
 */
class OrderTest extends Fixture {
  private final Source source = new Source("new");
  private final Gate gate = new Gate();

  /** An explicit change of a key, or of all keys. */
  @SuppressWarnings("ImmutableEnumChecker") // the lambdas hold nothing
  enum Change {
    REMOVE((cache, now) -> cache.remove("k")),
    CLEAR((cache, now) -> cache.clear()),
    EXPIRE((cache, now) -> cache.expire("k")),
    EXPIRE_CREATED_BEFORE(BackedCache::expireCreatedBefore),
    PUT((cache, now) -> cache.put("k", "put")),
    ADD((cache, now) -> assertThat(cache.add("k", "put", TTL)).isTrue());

    private final BiConsumer<BackedCache<String, String>, Instant> change;

    Change(BiConsumer<BackedCache<String, String>, Instant> change) {
      this.change = change;
    }

    boolean leavesValue() {
      return this == PUT || this == ADD;
    }

    /** Whether what was loaded before may still stand in afterwards. */
    boolean leavesBackup() {
      return this == EXPIRE || this == EXPIRE_CREATED_BEFORE;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aChangeDuringALoad_winsWithinOneBackstop(Change change) throws Exception {
    BackedCache<String, String> cache = cache();
    Started<String> load = Threads.start(() -> cache.get("k", this::oldValue));
    gate.awaitEntered();
    change.change.accept(cache, clock.instant());
    gate.open();
    assertThat(load.join()).isEqualTo("old"); // its callers get their value
    assertThatNoTierServesTheOldValue(change, cache);
  }

  @ParameterizedTest
  @EnumSource
  void aChangeDuringALoad_winsBetweenTwoBackstops(Change change) throws Exception {
    BackedCache<String, String> here = cache();
    BackedCache<String, String> there = cache();
    Started<String> load = Threads.start(() -> here.get("k", this::oldValue));
    gate.awaitEntered();
    change.change.accept(there, clock.instant());
    gate.open();
    assertThat(load.join()).isEqualTo("old");
    assertThatNoTierServesTheOldValue(change, here);
  }

  private void assertThatNoTierServesTheOldValue(Change change, BackedCache<String, String> cache)
      throws Exception {
    if (change.leavesValue()) {
      assertThat(cache.peek("k").orElseThrow().value()).isEqualTo("put");
    } else {
      assertThat(cache.peek("k")).isEmpty();
    }
    BackedCache<String, String> restarted = afterRestart();
    if (change.leavesValue()) {
      assertThat(restarted.peek("k").orElseThrow().value()).isEqualTo("put");
      return;
    }
    assertThat(restarted.peek("k")).isEmpty();
    IOException failure = source.fail();
    if (change.leavesBackup()) {
      assertThat(restarted.get("k", source)).isEqualTo("old");
    } else {
      assertThat(catchThrowable(() -> restarted.get("k", source))).isSameAs(failure);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aChangeDuringALoad_detachesIt_theNextGetLoadsAnew(Change change) throws Exception {
    BackedCache<String, String> cache = cache();
    Started<String> load = Threads.start(() -> cache.get("k", this::oldValue));
    gate.awaitEntered();
    change.change.accept(cache, clock.instant());
    String expected = change.leavesValue() ? "put" : "new";
    assertThat(cache.get("k", source)).isEqualTo(expected); // does not wait for the old load
    gate.open();
    assertThat(load.join()).isEqualTo("old");
    assertThat(cache.peek("k").orElseThrow().value()).isEqualTo(expected);
    assertThat(afterRestart().peek("k").orElseThrow().value()).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  void aLoadThatBeginsAfterAChange_winsOverIt(Change change) throws Exception {
    BackedCache<String, String> here = cache();
    BackedCache<String, String> there = cache();
    here.get("k", this::openOldValue);
    there.remove("k"); // so that an add finds nothing fresh
    change.change.accept(there, clock.instant());
    here.expire("k");
    assertThat(here.get("k", source)).isEqualTo("new");
    assertThat(here.peek("k").orElseThrow().value()).isEqualTo("new");
    assertThat(afterRestart().peek("k").orElseThrow().value()).isEqualTo("new");
  }

  @ParameterizedTest
  @EnumSource
  void aChangeDuringAFailingLoad_leavesNoStandInInTheFastTier(Change change) throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", this::openOldValue);
    pastTtl();
    Started<String> load =
        Threads.start(
            () ->
                cache.get(
                    "k",
                    () -> {
                      gate.enter();
                      throw new IOException("test");
                    }));
    gate.awaitEntered();
    change.change.accept(cache, clock.instant());
    gate.open();
    load.outcome(); // what it gets itself may be as of before
    Optional<?> peeked = cache.peek("k").map(entry -> entry.value());
    assertThat(peeked).isEqualTo(change.leavesValue() ? Optional.of("put") : Optional.empty());
  }

  @Test
  void anOlderLoadThatArrivesLate_isRefusedByTheTable() throws Exception {
    BackedCache<String, String> here = cache();
    BackedCache<String, String> there = cache();
    Started<String> load = Threads.start(() -> here.get("k", this::oldValue));
    gate.awaitEntered();
    there.get("k", source); // began later, is there first
    gate.open();
    assertThat(load.join()).isEqualTo("old");
    // The write that the table refused made this node drop its fast copy.
    assertThat(here.peek("k").orElseThrow().value()).isEqualTo("new");
  }

  @Test
  void aNullThatWasLoadedBefore_doesNotRemoveWhatCameSince() throws Exception {
    BackedCache<String, String> here = cache();
    BackedCache<String, String> there = cache();
    Started<String> load =
        Threads.start(
            () ->
                here.get(
                    "k",
                    () -> {
                      gate.enter();
                      return null;
                    }));
    gate.awaitEntered();
    there.put("k", "put");
    gate.open();
    assertThat(load.join()).isNull();
    assertThat(afterRestart().peek("k").orElseThrow().value()).isEqualTo("put");
  }

  @Test
  void aLoadThatLost_leavesTheNewerCopyInTheFastTier() throws Exception {
    BackedCache<String, String> cache = cache();
    Started<String> load = Threads.start(() -> cache.get("k", this::oldValue));
    gate.awaitEntered();
    cache.put("k", "put");
    gate.open();
    load.join();
    Entry<String> kept = cache.peek("k").orElseThrow();
    assertThat(kept.value()).isEqualTo("put");
    assertThat(kept.origin()).isEqualTo(Origin.FAST);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLoadThatWasOvertaken_leavesTheNewerCopyInTheFastTier(boolean found) throws Exception {
    List<Runnable> late = new ArrayList<>();
    BackedCache<String, String> cache = cache(open(builder -> builder.executor(late::add)));
    Policy timed = Policy.ttl(TTL).hardTimeout(Duration.ofMillis(50));
    assertThat(catchThrowable(() -> cache.get("k", () -> found ? "late" : null, timed)))
        .isInstanceOf(LoadTimeoutException.class);
    cache.get("k", source);
    late.remove(0).run();
    Entry<String> kept = cache.peek("k").orElseThrow();
    assertThat(kept.value()).isEqualTo("new");
    assertThat(kept.origin()).isEqualTo(Origin.FAST);
  }

  @Test
  void aPeekDuringARemoval_doesNotBringBackWhatItRead() throws Exception {
    BackedCache<String, String> there = cache();
    there.put("k", "put");
    BackedCache<String, String> cache = cache();
    Gate read = new Gate();
    database.holdNextAnswer("backstop_backup", read);
    Started<Optional<?>> peek = Threads.start(() -> cache.peek("k"));
    read.awaitEntered();
    cache.remove("k");
    read.open();
    peek.join();
    assertThat(cache.peek("k")).isEmpty();
  }

  @Test
  void changesOfTheRealClock_areSeenByLoadsThatBeginAfterThem() throws Exception {
    Backstop one = closing(builderOnRealTime().build());
    Backstop other = closing(builderOnRealTime().build());
    BackedCache<String, String> here = cache(one);
    BackedCache<String, String> there = cache(other);
    for (int i = 0; i < 50; i++) {
      String value = "v" + i;
      here.remove("k");
      there.remove("k");
      assertThat(there.get("k", () -> value)).isEqualTo(value);
      // Neither removal's stamp lies in the future: the load was not refused.
      assertThat(there.peek("k").orElseThrow().value()).isEqualTo(value);
      assertThat(here.peek("k").orElseThrow().value()).isEqualTo(value);
    }
  }

  private dev.backstop.BackstopBuilder builderOnRealTime() {
    return Backstop.builder().dataSource(pool());
  }

  private String oldValue() throws InterruptedException {
    gate.enter();
    return "old";
  }

  private String openOldValue() {
    return "old";
  }

  @Test
  void anAddThatWasExpiredMeanwhile_isNotServedAsFresh() throws Exception {
    BackedCache<String, String> here = cache();
    FakeClock ahead = new FakeClock();
    ahead.advance(MOMENT);
    BackedCache<String, String> there = cache(open(builder -> builder.clock(ahead)));
    there.expire("k"); // its stamp is higher than that of the add
    assertThat(here.add("k", "added", TTL)).isTrue();
    assertThat(here.peek("k")).isEmpty();
    assertThat(here.get("k", source)).isEqualTo("new");
  }

  @Test
  void aQueuedValueThatWasExpired_doesNotEndTheStandInThatCameAfterwards() throws Exception {
    BackedCache<String, String> cache = cache();
    database.refuse();
    cache.get("k", this::openOldValue); // queued
    assertThat(catchThrowable(() -> cache.expire("k"))).isNotNull(); // queued as well
    source.fail();
    assertThat(cache.get("k", source)).isEqualTo("old");
    database.restore();
    Eventually.holds(
        () -> catchThrowable(() -> cache.put("other", "v")) == null, "all writes are made up for");
    assertThat(cache.get("k", source)).isEqualTo("old");
    assertThat(source.calls()).isEqualTo(1);
  }

  @Test
  void aClearByAnotherNode_endsAlsoACopyThatHasNoRow() throws Exception {
    BackedCache<String, String> here = cache();
    BackedCache<String, String> there = cache();
    here.get("k", this::openOldValue);
    run("delete from backstop_backup"); // culled
    there.clear();
    pastTtl();
    IOException failure = source.fail();
    assertThat(catchThrowable(() -> here.get("k", source))).isSameAs(failure);
  }
}
