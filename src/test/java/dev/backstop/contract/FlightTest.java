package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.CacheSpec;
import dev.backstop.Entry;
import dev.backstop.LoadInterruptedException;
import dev.backstop.LoadTimeoutException;
import dev.backstop.Loader;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Outcome;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One load per key: its callers share its value, its very exception, and one read. */
class FlightTest extends Fixture {
  private static final int CALLERS = 16;
  private static final Policy POLICY = Policy.ttl(TTL);
  private static final Duration SHORT = Duration.ofMillis(50);

  private final Source source = new Source("v1");
  private final Gate gate = new Gate();

  @Test
  void callersOfOneKeyShareOneLoad() throws Exception {
    BackedCache<String, String> cache = cache();
    for (Outcome<String> outcome : allWaitThenOpen(() -> cache.get("k", gated(source)))) {
      assertThat(outcome.value()).isEqualTo("v1");
    }
    assertThat(source.calls()).isEqualTo(1);
  }

  @Test
  void callersOfAFailingLoadShareOneBackupRead() throws Exception {
    cache().get("k", source);
    BackedCache<String, String> cache = afterRestart();
    pastTtl();
    source.fail();
    database.forgetStatements();
    for (Outcome<String> outcome : allWaitThenOpen(() -> cache.get("k", gated(source)))) {
      assertThat(outcome.value()).isEqualTo("v1");
    }
    assertThat(source.calls()).isEqualTo(2);
    assertThat(database.statements()).hasSize(1);
    cache.get("k", source); // the stand-in time has begun
    assertThat(source.calls()).isEqualTo(2);
  }

  @Test
  void callersOfAFailingLoadWithoutBackupGetTheSameException() throws Exception {
    BackedCache<String, String> cache = cache();
    IOException failure = source.fail();
    database.forgetStatements();
    for (Outcome<String> outcome : allWaitThenOpen(() -> cache.get("k", gated(source)))) {
      assertThat(outcome.failure()).isSameAs(failure);
    }
    assertThat(source.calls()).isEqualTo(1);
    assertThat(database.statements()).hasSize(1);
  }

  @Test
  void whereTheLeaderIsInterrupted_aWaiterLeadsAnew() throws Exception {
    BackedCache<String, String> cache = cache();
    Started<String> leader = Threads.start(() -> cache.get("k", gated(source)));
    gate.awaitEntered();
    Started<String> waiter = Threads.start(() -> cache.get("k", source));
    Threads.awaitWaiting(waiter.thread());
    leader.thread().interrupt();
    assertThat(leader.outcome().failure()).isInstanceOf(InterruptedException.class);
    assertThat(waiter.join()).isEqualTo("v1");
    assertThat(source.calls()).isEqualTo(1);
  }

  @Test
  void whereTheLeaderIsInterruptedInALoaderThatWrapsIt_aWaiterLeadsAnew() throws Exception {
    BackedCache<String, String> cache = cache();
    Started<String> leader =
        Threads.start(
            () ->
                cache.get(
                    "k",
                    () -> {
                      try {
                        gate.enter();
                        return "never";
                      } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw new IOException("wrapped", e);
                      }
                    },
                    POLICY.standInOn(any -> false))); // or the waiter's new value may stand in
    gate.awaitEntered();
    Started<String> waiter = Threads.start(() -> cache.get("k", source));
    Threads.awaitWaiting(waiter.thread());
    leader.thread().interrupt();
    assertThat(leader.outcome().failure()).isInstanceOf(IOException.class).hasMessage("wrapped");
    assertThat(waiter.join()).isEqualTo("v1");
  }

  @Test
  void whereTheLeaderDiesOfAnError_aWaiterLeadsAnew() throws Exception {
    BackedCache<String, String> cache = cache();
    Error error = new StackOverflowError("test");
    Started<String> leader =
        Threads.start(
            () ->
                cache.get(
                    "k",
                    () -> {
                      gate.enter();
                      throw error;
                    }));
    gate.awaitEntered();
    Started<String> waiter = Threads.start(() -> cache.get("k", source));
    Threads.awaitWaiting(waiter.thread());
    gate.open();
    assertThat(leader.outcome().failure()).isSameAs(error);
    assertThat(waiter.join()).isEqualTo("v1");
  }

  @Test
  void whereLoadersOverflowTheStack_noKeyStaysTaken() throws Exception {
    BackedCache<Integer, String> cache =
        open().cache(CacheSpec.of("depths", Integer.class, String.class).ttl(TTL));
    AtomicInteger deepest = new AtomicInteger();
    Started<String> recursion = Threads.start(() -> recurse(cache, 0, deepest));
    assertThat(recursion.outcome().failure()).isInstanceOf(StackOverflowError.class);
    Started<Void> afterwards =
        Threads.start(
            () -> {
              for (int depth = Math.max(0, deepest.get() - 50); depth <= deepest.get(); depth++) {
                assertThat(cache.get(depth, source)).isEqualTo("v1");
              }
              return null;
            });
    afterwards.join();
  }

  private static String recurse(
      BackedCache<Integer, String> cache, int depth, AtomicInteger deepest) {
    deepest.set(depth);
    return cache.get(depth, () -> recurse(cache, depth + 1, deepest));
  }

  @Test
  void anInterruptedWaiter_getsAnUncheckedExceptionAndKeepsItsFlag() throws Exception {
    BackedCache<String, String> cache = cache();
    Started<String> leader = Threads.start(() -> cache.get("k", gated(source)));
    gate.awaitEntered();
    AtomicInteger flags = new AtomicInteger();
    Started<String> waiter =
        Threads.start(
            () -> {
              try {
                return cache.get("k", source);
              } finally {
                flags.set(Thread.currentThread().isInterrupted() ? 1 : -1);
              }
            });
    Threads.awaitWaiting(waiter.thread());
    waiter.thread().interrupt();
    assertThat(waiter.outcome().failure())
        .isInstanceOf(LoadInterruptedException.class)
        .hasMessageContaining("feeds");
    assertThat(flags).hasValue(1);
    gate.open();
    assertThat(leader.join()).isEqualTo("v1"); // the load went on
  }

  @Test
  void anInterruptedLeaderOfATimedLoad_leavesTheLoadToTheOthers() throws Exception {
    BackedCache<String, String> cache = cache();
    Policy timed = POLICY.hardTimeout(Duration.ofSeconds(30));
    Started<String> leader = Threads.start(() -> cache.get("k", gated(source), timed));
    gate.awaitEntered();
    Threads.awaitWaiting(leader.thread());
    leader.thread().interrupt();
    assertThat(leader.outcome().failure()).isInstanceOf(LoadInterruptedException.class);
    Started<String> waiter = Threads.start(() -> cache.get("k", source));
    Threads.awaitWaiting(waiter.thread());
    gate.open();
    assertThat(waiter.join()).isEqualTo("v1");
    assertThat(source.calls()).isEqualTo(1);
  }

  @Test
  void aLoaderThatAsksForItsOwnKey_isRefused() {
    BackedCache<String, String> cache = cache();
    assertThatThrownBy(() -> cache.get("k", () -> cache.get("k", source)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("circle");
  }

  @Test
  void aTimedLoaderThatAsksForItsOwnKey_isRefused() {
    BackedCache<String, String> cache = cache();
    Policy timed = POLICY.hardTimeout(Duration.ofSeconds(30));
    assertThatThrownBy(() -> cache.get("k", () -> cache.get("k", source), timed))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("circle");
  }

  @Test
  void aLoaderMayAskForAnotherKey() throws Exception {
    BackedCache<String, String> cache = cache();
    assertThat(cache.get("a", () -> cache.get("b", source) + "!")).isEqualTo("v1!");
  }

  @Test
  void twoLoadersThatAskForEachOther_areRefusedAndNeverDeadlock() throws Exception {
    BackedCache<String, String> one = cache();
    BackedCache<String, String> other = cache(); // across two Backstops as well
    Gate inA = new Gate();
    Gate inB = new Gate();
    Callable<String> a =
        () ->
            one.get(
                "a",
                () -> {
                  inA.open();
                  inB.enter();
                  return other.get("b", source);
                });
    Callable<String> b =
        () ->
            other.get(
                "b",
                () -> {
                  inB.open();
                  inA.enter();
                  return one.get("a", source);
                });
    List<Outcome<String>> outcomes = Threads.together(List.of(a, b));
    assertThat(outcomes)
        .anySatisfy(
            outcome -> assertThat(outcome.failure()).isInstanceOf(IllegalStateException.class));
  }

  @Test
  void aLoadPastItsHardTimeout_isAbandonedAndANewOneMayStart() throws Exception {
    BackedCache<String, String> cache = cache();
    Policy timed = POLICY.hardTimeout(SHORT);
    assertThatThrownBy(() -> cache.get("k", gated(source), timed))
        .isInstanceOf(LoadTimeoutException.class);
    assertThat(cache.get("k", () -> "second", timed)).isEqualTo("second");
    source.answer("first, too late");
    gate.open();
    Eventually.holds(() -> source.calls() == 1, "the first load ends");
    assertThat(cache.get("k", source)).isEqualTo("second");
  }

  @Test
  void whereTwoLoadsHang_theNextCountsAsFailedAtOnceUntilOneEnds() throws Exception {
    BackedCache<String, String> cache = cache();
    Policy timed = POLICY.hardTimeout(SHORT);
    Gate other = new Gate();
    assertThatThrownBy(() -> cache.get("k", gated(source), timed))
        .isInstanceOf(LoadTimeoutException.class);
    assertThatThrownBy(
            () ->
                cache.get(
                    "k",
                    () -> {
                      other.enter();
                      return source.load();
                    },
                    timed))
        .isInstanceOf(LoadTimeoutException.class);
    AtomicInteger third = new AtomicInteger();
    assertThatThrownBy(() -> cache.get("k", () -> "v" + third.incrementAndGet(), timed))
        .isInstanceOf(LoadTimeoutException.class);
    assertThat(third).hasValue(0);
    source.answer(null); // what ends leaves nothing behind
    gate.open();
    other.open();
    Eventually.holds(
        () -> {
          try {
            return "v1".equals(cache.get("k", () -> "v" + third.incrementAndGet(), timed));
          } catch (LoadTimeoutException stillHanging) {
            return false;
          }
        },
        "a load may start again");
  }

  @Test
  void eachCallersTimeoutsCountFromTheLoadsStart() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    pastTtl();
    Started<String> leader = Threads.start(() -> cache.get("k", gated(source)));
    gate.awaitEntered();
    // The load began before: a soft timeout that is over leaves nothing to wait for.
    Entry<String> entry = cache.entry("k", source, POLICY.softTimeout(Duration.ofMillis(1)));
    assertThat(entry.origin()).isEqualTo(Origin.STAND_IN);
    assertThatThrownBy(
            () ->
                cache.get(
                    "k", source, POLICY.hardTimeout(Duration.ofMillis(1)).standInOn(any -> false)))
        .isInstanceOf(LoadTimeoutException.class);
    entry = cache.entry("k", source, POLICY.hardTimeout(Duration.ofMillis(1)));
    assertThat(entry.origin()).isEqualTo(Origin.STAND_IN);
    assertThat(leader.isDone()).isFalse();
    gate.open();
    assertThat(leader.join()).isEqualTo("v1");
    assertThat(source.calls()).isEqualTo(2);
  }

  /** What a load has lasted when somebody comes counts for the one who comes. */
  @Test
  void whoComesPastTheSoftTimeout_isNeverSeenToWait() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    pastTtl();
    Policy soft = POLICY.softTimeout(Duration.ofMillis(300));
    Started<String> leader = Threads.start(() -> cache.get("k", gated(source), soft));
    gate.awaitEntered();
    Started<String> patient =
        Threads.start(() -> cache.get("k", source, POLICY.softTimeout(Eventually.LIMIT)));
    Eventually.holds(() -> isHeld(patient), "who waits is seen to");
    assertThat(leader.join()).isEqualTo("v1"); // by now the load has lasted that long
    clock.advance(STAND_IN_TIME.plus(MOMENT));
    Started<String> late = Threads.start(() -> cache.get("k", source, soft));
    while (late.thread().isAlive()) {
      assertThat(isHeld(late)).isFalse();
    }
    assertThat(late.join()).isEqualTo("v1");
    gate.open();
    assertThat(patient.join()).isEqualTo("v1");
  }

  /** Whether this very moment it waits for the load, for a time. */
  private static boolean isHeld(Started<?> caller) {
    List<String> stack =
        Stream.of(caller.thread().getStackTrace()).map(StackTraceElement::getMethodName).toList();
    int wait = stack.indexOf("timedGet");
    return stack.contains("parkNanos") && wait >= 0 && stack.get(wait + 2).equals("await");
  }

  @Test
  void eachCallersOwnTermsDecideWhatItGetsOfAFailure() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    pastTtl();
    IOException failure = source.fail();
    Started<String> leader =
        Threads.start(() -> cache.get("k", gated(source), POLICY.standInOn(any -> false)));
    gate.awaitEntered();
    Started<String> takesIt = Threads.start(() -> cache.get("k", source));
    Started<String> tooOldForIt =
        Threads.start(() -> cache.get("k", source, POLICY.maxStale(MOMENT)));
    Threads.awaitWaiting(takesIt.thread());
    Threads.awaitWaiting(tooOldForIt.thread());
    gate.open();
    assertThat(leader.outcome().failure()).isSameAs(failure);
    assertThat(takesIt.join()).isEqualTo("v1");
    assertThat(tooOldForIt.outcome().failure()).isSameAs(failure);
    assertThat(source.calls()).isEqualTo(2);
  }

  @Test
  void waitersAreReleasedWhenTheFastCopyStands_onlyTheLoaderWaitsForTheCommit() throws Exception {
    BackedCache<String, String> cache =
        cache(open(builder -> builder.backupTimeout(Duration.ofMinutes(1))));
    Gate commit = new Gate();
    database.holdNextAnswer("backstop_backup", commit);
    Started<String> leader = Threads.start(() -> cache.get("k", gated(source)));
    gate.awaitEntered();
    Started<String> waiter = Threads.start(() -> cache.get("k", source));
    Threads.awaitWaiting(waiter.thread());
    gate.open();
    assertThat(waiter.join()).isEqualTo("v1");
    commit.awaitEntered();
    assertThat(leader.isDone()).isFalse();
    commit.open();
    assertThat(leader.join()).isEqualTo("v1");
  }

  private <T> List<Outcome<T>> allWaitThenOpen(Callable<T> call) throws InterruptedException {
    List<Started<T>> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(Threads.start(call));
    }
    gate.awaitEntered();
    callers.forEach(caller -> Threads.awaitWaiting(caller.thread()));
    gate.open();
    List<Outcome<T>> outcomes = new ArrayList<>();
    for (Started<T> caller : callers) {
      outcomes.add(caller.outcome());
    }
    return outcomes;
  }

  /** Loads once the gate is open. */
  private Loader<String, Exception> gated(Source source) {
    return () -> {
      gate.enter();
      return source.load();
    };
  }

  @Test
  void whereTheLeaderHasLeft_theOthersAreReleasedAtTheLoadsHardTimeout() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    pastTtl();
    Policy timed = POLICY.softTimeout(SHORT).hardTimeout(Duration.ofSeconds(1));
    Started<Entry<String>> leader = Threads.start(() -> cache.entry("k", gated(source), timed));
    gate.awaitEntered();
    Started<Entry<String>> waiter = Threads.start(() -> cache.entry("k", gated(source), POLICY));
    assertThat(leader.join().origin()).isEqualTo(Origin.STAND_IN);
    Entry<String> standIn = waiter.join();
    assertThat(standIn.value()).isEqualTo("v1");
    assertThat(standIn.failure().type()).isEqualTo(LoadTimeoutException.class.getName());
    // As row 3: it is held for the stand-in time.
    assertThat(cache.peek("k").orElseThrow().origin()).isEqualTo(Origin.STAND_IN);
    assertThat(source.calls()).isEqualTo(1);
    gate.open();
    Eventually.holds(() -> cache.contains("k"), "the late result is stored");
  }

  @Test
  void callersOfAFailingLoad_attachOneTroubleOnce() throws Exception {
    BackedCache<String, String> cache = cache();
    IOException failure = source.fail();
    database.refuse();
    for (Outcome<String> outcome : allWaitThenOpen(() -> cache.get("k", gated(source)))) {
      assertThat(outcome.failure()).isSameAs(failure);
    }
    assertThat(failure.getSuppressed()).hasSize(1);
  }
}
