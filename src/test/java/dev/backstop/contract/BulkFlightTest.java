package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BulkLoader;
import dev.backstop.LoadInterruptedException;
import dev.backstop.LoadTimeoutException;
import dev.backstop.Policy;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Outcome;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bulk gets share loads with each other, and with single gets, and never wait in a circle. */
class BulkFlightTest extends Fixture {
  private static final Policy POLICY = Policy.ttl(TTL);
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final List<String> HUNDRED =
      IntStream.range(0, 100).mapToObj(i -> "k" + i).toList();

  private final BulkSource source = new BulkSource();
  private final Gate gate = new Gate();

  private BulkLoader<String, String, Exception> gated() {
    return keys -> {
      gate.enter();
      return source.load(keys);
    };
  }

  @Test
  void aKeyThatAnotherLoads_isWaitedForAndNotLoadedAgain() throws Exception {
    BackedCache<String, String> cache = cache();
    Started<Map<String, String>> first =
        Threads.start(() -> cache.getAll(List.of("a", "b"), gated(), POLICY));
    gate.awaitEntered();
    Started<String> single = Threads.start(() -> cache.get("a", () -> "never"));
    Gate loaded = new Gate();
    Started<Map<String, String>> second =
        Threads.start(
            () ->
                cache.getAll(
                    List.of("b", "c"),
                    keys -> {
                      loaded.open();
                      assertThat(keys).containsExactly("c");
                      return source.load(keys);
                    },
                    POLICY));
    Eventually.holds(() -> cache.contains("c"), "its own are loaded before it waits for others");
    Threads.awaitWaiting(single.thread());
    assertThat(second.isDone()).isFalse();
    gate.open();
    assertThat(first.join()).containsExactly(entry("a", "a=v1"), entry("b", "b=v1"));
    assertThat(second.join()).containsExactly(entry("b", "b=v1"), entry("c", "c=v1"));
    assertThat(single.join()).isEqualTo("a=v1");
    assertThat(source.calls()).containsExactlyInAnyOrder(List.of("c"), List.of("a", "b"));
  }

  @Test
  void aKeyThatASingleGetLoads_isWaitedForByABulkGet() throws Exception {
    BackedCache<String, String> cache = cache();
    Started<String> single =
        Threads.start(
            () ->
                cache.get(
                    "a",
                    () -> {
                      gate.enter();
                      return "single";
                    }));
    gate.awaitEntered();
    Started<Map<String, String>> bulk =
        Threads.start(() -> cache.getAll(List.of("a", "b"), source, POLICY));
    Eventually.holds(() -> cache.contains("b"), "its own are loaded");
    assertThat(bulk.isDone()).isFalse();
    gate.open();
    assertThat(single.join()).isEqualTo("single");
    assertThat(bulk.join()).containsExactly(entry("a", "single"), entry("b", "b=v1"));
  }

  @Test
  void overlappingGetsInOppositeOrders_neverDeadlock() throws Exception {
    BackedCache<String, String> cache = cache();
    for (int round = 0; round < 100; round++) {
      String prefix = "r" + round + "-";
      List<String> keys = HUNDRED.subList(0, 20).stream().map(key -> prefix + key).toList();
      List<String> reversed = new ArrayList<>(keys);
      Collections.reverse(reversed);
      List<Callable<Object>> calls = new ArrayList<>();
      calls.add(() -> cache.getAll(keys, source, POLICY));
      calls.add(() -> cache.getAll(reversed, source, POLICY));
      calls.add(() -> cache.get(prefix + "k7", () -> prefix + "k7=v1"));
      for (Outcome<Object> outcome : Threads.together(calls)) {
        assertThat(outcome.failure()).isNull();
      }
    }
    List<String> loaded = source.calls().stream().flatMap(List::stream).toList();
    assertThat(loaded).doesNotHaveDuplicates();
  }

  @Test
  void twoThatEachLeadWhatTheOtherNeeds_loadFirstAndThenWait() throws Exception {
    CyclicBarrier bothLead = new CyclicBarrier(2);
    ThreadLocal<AtomicInteger> looks = new ThreadLocal<>();
    InstantSource meeting = // asked twice for the hits, and then inside of the first key's step
        () -> {
          AtomicInteger mine = looks.get();
          if (mine != null && mine.incrementAndGet() == 3) {
            meet(bothLead);
          }
          return clock.instant();
        };
    BackedCache<String, String> cache = cache(open(builder -> builder.clock(meeting)));
    cache.putAll(Map.of("a", "old", "b", "old"), TTL);
    pastTtl();
    List<Callable<Map<String, String>>> calls = new ArrayList<>();
    for (List<String> keys : List.of(List.of("a", "b"), List.of("b", "a"))) {
      calls.add(
          () -> {
            looks.set(new AtomicInteger());
            return cache.getAll(keys, source, POLICY);
          });
    }
    for (Outcome<Map<String, String>> outcome : Threads.together(calls)) {
      assertThat(outcome.value()).containsOnly(entry("a", "a=v1"), entry("b", "b=v1"));
    }
    assertThat(source.calls()).containsExactlyInAnyOrder(List.of("a"), List.of("b"));
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(Eventually.LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (Exception alone) {
      throw new AssertionError(alone);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoLeftASlowLoad_isTakenForWaitingNoLonger(boolean isBulk) throws Exception {
    BackedCache<String, String> cache = cache();
    cache.put("slow", "old", TTL);
    pastTtl();
    Gate inSlow = new Gate();
    Started<String> slow =
        Threads.start(
            () ->
                cache.get(
                    "slow",
                    () -> {
                      inSlow.enter();
                      return cache.get("other", () -> "never");
                    }));
    inSlow.awaitEntered();
    Policy soft = POLICY.softTimeout(Duration.ofMillis(1));
    Started<String> left =
        Threads.start(
            () -> {
              Object standIn =
                  isBulk
                      ? cache.getAll(List.of("slow"), source, soft).get("slow")
                      : cache.get("slow", () -> "never", soft);
              assertThat(standIn).isEqualTo("old");
              return cache.get(
                  "other",
                  () -> {
                    gate.enter();
                    return "v1";
                  });
            });
    gate.awaitEntered();
    inSlow.open();
    Threads.awaitWaiting(slow.thread());
    gate.open();
    assertThat(left.join()).isEqualTo("v1");
    assertThat(slow.join()).isEqualTo("v1");
  }

  @Test
  void aBulkLoaderThatAsksForItsOwnKey_isRefused() {
    BackedCache<String, String> cache = cache();
    for (Policy policy : List.of(POLICY, POLICY.hardTimeout(Duration.ofSeconds(30)))) {
      assertThatThrownBy(
              () ->
                  cache.getAll(
                      List.of("a", "b"),
                      keys -> cache.getAll(List.of("c", "b"), source, POLICY),
                      policy))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("circle");
    }
  }

  @Test
  void twoBulkLoadersThatAskForEachOthers_areRefusedAndNeverDeadlock() throws Exception {
    BackedCache<String, String> cache = cache();
    Gate inA = new Gate();
    Gate inB = new Gate();
    List<Callable<Object>> calls =
        List.of(
            () ->
                cache.getAll(
                    List.of("a", "a2"),
                    keys -> {
                      inA.open();
                      inB.enter();
                      return cache.getAll(List.of("b"), source, POLICY);
                    },
                    POLICY),
            () ->
                cache.getAll(
                    List.of("b", "b2"),
                    keys -> {
                      inB.open();
                      inA.enter();
                      return cache.getAll(List.of("a"), source, POLICY);
                    },
                    POLICY));
    assertThat(Threads.together(calls))
        .anySatisfy(end -> assertThat(end.failure()).isInstanceOf(IllegalStateException.class));
  }

  @Test
  void aKeyThatTheBulkLoaderLeavesOut_isLoadedByWhoWantsItAlone() throws Exception {
    BackedCache<String, String> cache = cache();
    source.leaveOut("b");
    Started<Map<String, String>> first =
        Threads.start(() -> cache.getAll(List.of("a", "b"), gated(), POLICY));
    gate.awaitEntered();
    Started<String> single = Threads.start(() -> cache.get("b", () -> "single"));
    Threads.awaitWaiting(single.thread());
    gate.open();
    assertThat(first.join()).containsOnlyKeys("a");
    assertThat(single.join()).isEqualTo("single");
  }

  @Test
  void whereTheLeaderIsInterrupted_theOtherLeadsAnew() throws Exception {
    BackedCache<String, String> cache = cache();
    Started<Map<String, String>> leader =
        Threads.start(() -> cache.getAll(List.of("a", "b"), gated(), POLICY));
    gate.awaitEntered();
    Started<Map<String, String>> waiter =
        Threads.start(() -> cache.getAll(List.of("b", "a"), source, POLICY));
    Threads.awaitWaiting(waiter.thread());
    leader.thread().interrupt();
    assertThat(leader.outcome().failure()).isInstanceOf(InterruptedException.class);
    assertThat(waiter.join()).containsExactly(entry("b", "b=v1"), entry("a", "a=v1"));
    assertThat(source.calls()).containsExactly(List.of("b", "a"));
  }

  @Test
  void anInterruptedWaiter_leavesAndTheLoadGoesOn() throws Exception {
    BackedCache<String, String> cache = cache();
    Started<Map<String, String>> leader =
        Threads.start(() -> cache.getAll(List.of("a", "b"), gated(), POLICY));
    gate.awaitEntered();
    Started<Map<String, String>> waiter =
        Threads.start(() -> cache.getAll(List.of("a", "b"), source, POLICY));
    Threads.awaitWaiting(waiter.thread());
    waiter.thread().interrupt();
    assertThat(waiter.outcome().failure()).isInstanceOf(LoadInterruptedException.class);
    gate.open();
    assertThat(leader.join()).hasSize(2);
  }

  @Test
  void whereTheLoadDiesOfAnError_noKeyStaysTaken() throws Exception {
    BackedCache<String, String> cache = cache();
    Error error = new StackOverflowError("test");
    Outcome<?> death =
        Threads.start(
                () ->
                    cache.getAll(
                        HUNDRED,
                        keys -> {
                          throw error;
                        },
                        POLICY))
            .outcome();
    assertThat(death.failure()).isSameAs(error);
    assertThat(Threads.start(() -> cache.getAll(HUNDRED, source, POLICY)).join()).hasSize(100);
  }

  @Test
  void aLoadThatIsTooSlow_isStoodInForByOneRead() throws Exception {
    cache().getAll(HUNDRED, source, POLICY);
    BackedCache<String, String> cache = afterRestart();
    pastTtl();
    source.answer("v2");
    database.forgetStatements();
    assertThat(cache.getAll(HUNDRED, gated(), POLICY.softTimeout(SHORT)))
        .hasSize(100)
        .containsEntry("k7", "k7=v1");
    assertThat(database.statements()).hasSize(1);
    gate.open();
    Eventually.holds(
        () -> HUNDRED.stream().allMatch(cache::contains), "the late results are stored");
    assertThat(cache.peek("k7").orElseThrow().value()).isEqualTo("k7=v2");
  }

  @Test
  void aLoadPastItsHardTimeout_standsInOrFails() throws Exception {
    BackedCache<String, String> cache = cache();
    Policy timed = POLICY.hardTimeout(SHORT);
    cache.putAll(Map.of("k1", "v", "k2", "v"), TTL);
    pastTtl();
    assertThat(cache.getAll(List.of("k1", "k2"), gated(), timed))
        .containsExactly(entry("k1", "v"), entry("k2", "v"));
    assertThatThrownBy(() -> cache.getAll(HUNDRED, gated(), timed))
        .isInstanceOf(LoadTimeoutException.class);
    gate.open();
    Eventually.holds(() -> cache.contains("k99"), "the late result is stored");
  }

  @Test
  void whereNoThreadTakesIt_theLoadRunsOnTheCallers() throws Exception {
    Backstop backstop =
        open(
            builder ->
                builder.executor(
                    task -> {
                      throw new RejectedExecutionException("test");
                    }));
    assertThat(
            cache(backstop)
                .getAll(List.of("a", "b"), source, POLICY.hardTimeout(Duration.ofSeconds(30))))
        .hasSize(2);
  }

  @Test
  void waitersOfAFailedBulkLoad_shareItsExceptionAndItsRead() throws Exception {
    BackedCache<String, String> cache = cache();
    IOException failure = source.fail();
    database.forgetStatements();
    List<Started<Object>> callers = new ArrayList<>();
    callers.add(Threads.start(() -> cache.getAll(HUNDRED, gated(), POLICY)));
    gate.awaitEntered();
    callers.add(Threads.start(() -> cache.getAll(HUNDRED, source, POLICY)));
    callers.add(Threads.start(() -> cache.get("k7", () -> "never")));
    callers.forEach(caller -> Threads.awaitWaiting(caller.thread()));
    gate.open();
    for (Started<Object> caller : callers) {
      assertThat(caller.outcome().failure()).isSameAs(failure);
    }
    assertThat(source.calls()).hasSize(1);
    assertThat(database.statements()).hasSize(1);
  }
}
