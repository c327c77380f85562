package dev.backstop.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupReads;
import dev.backstop.CacheSpec;
import dev.backstop.Policy;
import dev.backstop.testing.Effort;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.FakeClock;
import dev.backstop.testing.H2Database;
import dev.backstop.testing.Tally;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A caller is that deep in its own stack that it ends somewhere within the library: at each depth
 * at which it can. Whatever the caller gets, the next one is answered.
 */
@Tag("reliability")
class StackOverflowTest {
  /** As small as a JVM takes, so that little of it is somebody else's. */
  private static final long STACK_BYTES = 256 * 1024;

  private static final int ROUNDS = Effort.of(1, 40);
  private static final Duration TTL = Duration.ofMinutes(5);

  /** From where the call fits to where not even its first frame does. */
  private static final int FRAMES = 2_400;

  /** So many of them are left out; another round has others. */
  private static final int STEP = 6;

  private static final Logger LOG = Logger.getLogger("dev.backstop");

  private final FakeClock clock = new FakeClock();
  private final H2Database database = H2Database.inMemory();
  private final Backstop backstop =
      Backstop.builder().dataSource(database.dataSource()).clock(clock).build();
  private final BackedCache<String, String> cache =
      backstop.cache(
          CacheSpec.of("feeds", String.class, String.class).ttl(TTL).offHeapBytes(1 << 20));
  private volatile int lowest;
  private int calls;
  private int overflows;

  @BeforeEach
  void quiet() {
    LOG.setLevel(Level.OFF);
  }

  @AfterEach
  void close() {
    LOG.setLevel(null);
    backstop.close();
    database.close();
  }

  private interface Use {
    void of(String key) throws Exception;
  }

  @Test
  void aLoad_leavesNoKeyTaken() throws Exception {
    hammer("aLoad", key -> cache.get(key, () -> "deep"));
  }

  @Test
  void aLoadThatFails_leavesNoKeyTaken() throws Exception {
    hammer(
        "aLoadThatFails",
        key ->
            cache.get(
                key,
                () -> {
                  throw new IOException("down");
                }));
  }

  @Test
  void aTimedLoad_leavesNoKeyTaken() throws Exception {
    Policy timed = Policy.ttl(TTL).hardTimeout(Duration.ofMinutes(1));
    hammer("aTimedLoad", key -> cache.get(key, () -> "deep", timed));
  }

  @Test
  void aRead_leavesNoKeyTaken() throws Exception {
    Policy chain = Policy.ttl(TTL).backupReads(BackupReads.WHILE_FRESH);
    hammer("aRead", key -> cache.get(key, () -> "deep", chain));
  }

  @Test
  void aLoadOfMany_leavesNoKeyTaken() throws Exception {
    hammer(
        "aLoadOfMany",
        key ->
            cache.getAll(
                List.of(key, key + "+"),
                keys -> Map.of(key, "deep", key + "+", "deep"),
                Policy.ttl(TTL)));
  }

  @Test
  void aRefreshAhead_leavesNoKeyTaken() throws Exception {
    Policy ahead = Policy.ttl(TTL).refreshAhead(0.1);
    hammer(
        "aRefreshAhead",
        key -> {
          cache.get(key, () -> "deep", ahead);
          clock.advance(TTL.dividedBy(2));
          cache.get(key, () -> "deep", ahead);
        });
  }

  @Test
  void changes_leaveNoKeyTaken() throws Exception {
    hammer(
        "changes",
        key -> {
          cache.put(key, "deep");
          cache.expire(key);
          cache.remove(key);
        });
  }

  /** Each depth has a key of its own, of which half have a backup. */
  private void hammer(String test, Use use) throws Exception {
    descend(
        0, use, "warm"); // what is linked for the first time takes more stack than there ever is
    for (int round = 0; round < ROUNDS; round++) {
      List<String> keys = new ArrayList<>();
      for (int spare = round % STEP; spare < FRAMES; spare += STEP) {
        String key = test + "-" + round + "-" + spare;
        keys.add(key);
        if (keys.size() % 2 == 0) {
          cache.put(key, "backup");
          clock.advance(TTL.plusSeconds(1));
        }
        int depth = deepest() - spare;
        calls++;
        overflows += onSmallStack(() -> descend(depth, use, key)) ? 1 : 0;
      }
      clock.advance(TTL.plusSeconds(1)); // an expiry would detach what is stuck
      for (String key : keys) {
        for (String each : List.of(key, key + "+")) {
          assertThat(Threads.start(() -> cache.get(each, () -> "next")).join())
              .as(each)
              .isEqualTo("next");
        }
      }
    }
    Eventually.holds(() -> backstop.writes().waiting() == 0, "all is written");
    Tally.note(
        StackOverflowTest.class,
        test + ": " + calls + " calls, of which the stack ended in " + overflows);
    assertThat(overflows).isPositive().isLessThan(calls);
  }

  /** How many frames there are; again each time, as they shrink when they are compiled. */
  private int deepest() throws InterruptedException {
    onSmallStack(() -> descend(Integer.MAX_VALUE, key -> {}, "none"));
    return Integer.MAX_VALUE - lowest;
  }

  private boolean onSmallStack(BooleanSupplier task) throws InterruptedException {
    AtomicBoolean result = new AtomicBoolean();
    Thread thread =
        new Thread(null, () -> result.set(task.getAsBoolean()), "small-stack", STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
    thread.join(Eventually.LIMIT.toMillis());
    assertThat(thread.isAlive()).as("hangs").isFalse();
    return result.get();
  }

  /** Whether the stack ended in the call. */
  private boolean descend(int depth, Use use, String key) {
    try {
      deep(depth, use, key);
      return false;
    } catch (Throwable met) {
      return met instanceof StackOverflowError;
    }
  }

  private void deep(int depth, Use use, String key) throws Exception {
    lowest = depth;
    if (depth <= 0) {
      use.of(key);
    } else {
      deep(depth - 1, use, key);
    }
  }
}
