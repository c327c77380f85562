package dev.backstop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.backstop.testing.Gate;
import dev.backstop.testing.Outcome;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Locks by name: fair, apart from each other, and gone when nobody wants them. */
class KeyLocksTest {
  private static final Duration LONG = Duration.ofSeconds(Long.MAX_VALUE);

  private final KeyLocks<String> locks = new KeyLocks<>();

  @Test
  void whoWaitsGetsTheKeyInTheOrderOfComing() throws Exception {
    List<Integer> order = new CopyOnWriteArrayList<>();
    List<Started<?>> waiting = new ArrayList<>();
    Gate gate = new Gate();
    KeyLocks.Held held = locks.lock("planet");
    for (int i = 0; i < 12; i++) {
      int number = i;
      waiting.add(
          Threads.start(
              () -> {
                try (KeyLocks.Held mine = anyWay(number)) {
                  gate.enter();
                  return order.add(number);
                }
              }));
      Threads.awaitWaiting(waiting.get(i).thread());
    }
    assertThat(locks.size()).isEqualTo(1);
    held.close(); // nobody may be quicker now than the first who waits
    assertThat(locks.tryLock("planet", Duration.ZERO)).isNull();
    gate.open();
    try (KeyLocks.Held again = locks.lock("planet")) {
      order.add(12);
    }
    for (Started<?> each : waiting) {
      each.join();
    }
    assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    assertThat(locks.size()).isZero();
  }

  private KeyLocks.Held anyWay(int number) throws InterruptedException {
    return switch (number % 3) {
      case 0 -> locks.lock("planet");
      case 1 -> locks.lockInterruptibly("planet");
      default -> locks.tryLock("planet", LONG);
    };
  }

  @Test
  void noTwoNamesWaitForEachOther() throws Exception {
    List<KeyLocks.Held> held = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      held.add(locks.lock("mine " + i));
    }
    int others =
        Threads.<Integer>start(
                () -> {
                  int got = 0;
                  for (int i = 0; i < 10_000; i++) {
                    try (KeyLocks.Held other = locks.tryLock("other " + i, Duration.ZERO)) {
                      got += other != null ? 1 : 0;
                    }
                  }
                  return got;
                })
            .join();
    assertThat(others).isEqualTo(10_000);
    assertThat(locks.size()).isEqualTo(10_000);
    held.forEach(KeyLocks.Held::close);
    assertThat(locks.size()).isZero();
  }

  @Test
  void aThreadMayLockWhatItHolds() throws Exception {
    try (KeyLocks.Held outer = locks.lock("planet")) {
      KeyLocks.Held inner = locks.tryLock("planet", Duration.ZERO);
      assertThat(inner).isNotNull();
      inner.close();
      inner.close(); // must not let go of the outer one
      assertThat(Threads.start(() -> locks.tryLock("planet", Duration.ZERO)).join()).isNull();
      assertThat(locks.size()).isEqualTo(1);
    }
    assertThat(locks.size()).isZero();
  }

  @Test
  void anInterruptEndsTheWaitAndLeavesNoTrace() throws Exception {
    for (boolean timed : List.of(false, true)) {
      try (KeyLocks.Held held = locks.lock("planet")) {
        Started<KeyLocks.Held> waiting =
            Threads.start(
                () -> timed ? locks.tryLock("planet", LONG) : locks.lockInterruptibly("planet"));
        Threads.awaitWaiting(waiting.thread());
        waiting.thread().interrupt();
        assertThat(waiting.outcome().failure()).isInstanceOf(InterruptedException.class);
      }
      assertThat(locks.size()).isZero();
    }
  }

  @Test
  void lockWaitsThroughAnInterruptAndKeepsTheFlag() throws Exception {
    KeyLocks.Held held = locks.lock("planet");
    Started<Boolean> waiting =
        Threads.start(
            () -> {
              try (KeyLocks.Held mine = locks.lock("planet")) {
                return Thread.currentThread().isInterrupted();
              }
            });
    Threads.awaitWaiting(waiting.thread());
    waiting.thread().interrupt();
    held.close();
    assertThat(waiting.join()).isTrue();
    assertThat(locks.size()).isZero();
  }

  @Test
  void aTimeIsOverAtItsEndAndLeavesNoTrace() throws Exception {
    Gate gate = new Gate();
    Started<Object> holder =
        Threads.start(
            () -> {
              try (KeyLocks.Held held = locks.lock("planet")) {
                gate.enter();
                return held;
              }
            });
    gate.awaitEntered();
    assertThat(locks.tryLock("planet", Duration.ZERO)).isNull();
    assertThat(locks.tryLock("planet", Duration.ofMillis(5))).isNull();
    assertThat(locks.size()).isEqualTo(1);
    gate.open();
    holder.join();
    assertThat(locks.size()).isZero();
    try (KeyLocks.Held held = locks.tryLock("planet", Duration.ZERO)) {
      assertThat(held).isNotNull();
    }
    assertThat(locks.size()).isZero();
  }

  @Test
  void whoDiesLetsGo() {
    assertThat(
            catchThrowable(
                () -> {
                  try (KeyLocks.Held held = locks.lock("planet")) {
                    throw new StackOverflowError();
                  }
                }))
        .isInstanceOf(StackOverflowError.class);
    assertThat(locks.size()).isZero();
  }

  @Test
  void onlyTheThreadThatHoldsItMayLetGo() throws Exception {
    KeyLocks.Held held = locks.lock("planet");
    Outcome<Object> elsewhere = Threads.start(() -> close(held)).outcome();
    assertThat(elsewhere.failure())
        .isInstanceOf(IllegalMonitorStateException.class)
        .hasMessage("Another thread holds the lock of planet");
    assertThat(Threads.start(() -> locks.tryLock("planet", Duration.ZERO)).join()).isNull();
    held.close();
    assertThat(Threads.start(() -> close(held)).outcome().failure()).isNull();
    assertThat(locks.size()).isZero();
  }

  private static Object close(KeyLocks.Held held) {
    held.close();
    return held;
  }

  @Test
  void whatIsDoneUnderALockIsSeenByTheNext() throws Exception {
    int[] counters = new int[3]; // plain: only the locks make them right
    List<Outcome<Void>> outcomes =
        Threads.together(
            8,
            () -> {
              for (int i = 0; i < 1_000; i++) {
                try (KeyLocks.Held held = locks.lock("counter " + i % counters.length)) {
                  counters[i % counters.length]++;
                }
              }
              return null;
            });
    assertThat(outcomes).allMatch(Outcome::succeeded);
    assertThat(counters).containsExactly(8 * 334, 8 * 333, 8 * 333);
    assertThat(locks.size()).isZero();
  }

  @Test
  void equalKeysAreOneKey() throws Exception {
    KeyLocks<List<String>> lists = new KeyLocks<>();
    try (KeyLocks.Held held = lists.lock(List.of("a", "b"))) {
      List<String> equal = new ArrayList<>(List.of("a", "b"));
      assertThat(Threads.start(() -> lists.tryLock(equal, Duration.ZERO)).join()).isNull();
    }
    assertThat(lists.size()).isZero();
  }

  @Test
  void badArgumentsAreRefused() {
    assertThatThrownBy(() -> locks.lock(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("key must not be null");
    assertThatThrownBy(() -> locks.lockInterruptibly(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("key must not be null");
    assertThatThrownBy(() -> locks.tryLock("planet", null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("atMost must not be null");
    assertThatThrownBy(() -> locks.tryLock("planet", Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("atMost must be at least zero, was PT-0.000000001S");
    assertThat(locks.size()).isZero();
  }
}
