package dev.backstop.it.kill;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Durability;
import dev.backstop.Entry;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Threads that work on one Backstop. Each has two caches, one that waits for its commits and one
 * that does not, and is the only one that changes them; all read all.
 */
final class Work {
  static final Duration TTL = Duration.ofHours(1);

  final Backstop backstop;
  final Journal journal;
  final int threads;
  final boolean isDatabaseUp;
  final Waits waits = new Waits();

  /** How many changes are under way. */
  final AtomicInteger changing = new AtomicInteger();

  /** Whether half of the keys are left as they are. */
  volatile boolean keepsStill;

  /** Whether the Backstop may be closing: then a load still answers, and may have no backup. */
  volatile boolean isClosing;

  private final List<Started<?>> started = new ArrayList<>();
  private volatile boolean isOver;
  private volatile long longestStall;

  /** Of that many threads; {@code isDatabaseUp} where nothing will happen to it. */
  Work(Backstop backstop, Journal journal, int threads, boolean isDatabaseUp) {
    this.backstop = backstop;
    this.journal = journal;
    this.threads = threads;
    this.isDatabaseUp = isDatabaseUp;
  }

  void start(long seed) {
    started.add(Threads.start(this::watchTheMachine));
    for (int i = 0; i < threads; i++) {
      Worker worker = new Worker(this, i, seed + i);
      started.add(
          Threads.start(
              () -> {
                while (!isOver) {
                  worker.step();
                  LockSupport.parkNanos(2_000_000); // or hits would leave nothing to the database
                }
                return null;
              }));
    }
  }

  /** Who does nothing but this shows for how long the machine lets anybody stand. */
  private @Nullable Void watchTheMachine() {
    while (!isOver) {
      long began = System.nanoTime();
      LockSupport.parkNanos(1_000_000);
      longestStall = Math.max(longestStall, System.nanoTime() - began);
    }
    return null;
  }

  Duration longestStall() {
    return Duration.ofNanos(longestStall);
  }

  /** Fails as the first thread did that failed. */
  void failIfAnyFailed() throws Exception {
    for (Started<?> thread : started) {
      if (thread.isDone()) {
        thread.join();
      }
    }
  }

  void end() throws Exception {
    isOver = true;
    for (Started<?> thread : started) {
      thread.join();
    }
  }

  static List<String> caches(int thread) {
    return List.of("sync-" + thread, "async-" + thread);
  }

  static List<String> keys() {
    return List.of("still-0", "still-1", "busy-0", "busy-1");
  }

  static BackedCache<String, Numbered> cache(Backstop backstop, String name) {
    return backstop.cache(
        CacheSpec.of(name, String.class, Numbered.class)
            .ttl(TTL)
            .durability(name.startsWith("async") ? Durability.ASYNC : Durability.SYNC));
  }

  /** Checks all keys by a Backstop that knows nothing but the tables. */
  void checkBy(Backstop node, Function<History, History.Floor> floorOf) {
    check(node, journal, threads, floorOf);
  }

  /** The same of threads of another process. */
  static void check(
      Backstop node, Journal journal, int threads, Function<History, History.Floor> floorOf) {
    for (int thread = 0; thread < threads; thread++) {
      for (String name : caches(thread)) {
        BackedCache<String, Numbered> cache = cache(node, name);
        for (String key : keys()) {
          History history = journal.of(name + "/" + key);
          History.Floor floor = floorOf.apply(history);
          Optional<Entry<Numbered>> fresh = cache.peek(key);
          if (fresh.isPresent()) {
            history.check(floor, fresh.get().value(), true);
          } else {
            history.check(floor, standIn(cache, key), false);
          }
        }
      }
    }
  }

  private static @Nullable Numbered standIn(BackedCache<String, Numbered> cache, String key) {
    try {
      return cache.get(key, new Down());
    } catch (Down down) {
      if (down.getSuppressed().length > 0) {
        throw new AssertionError("The database does not answer the one who checks", down);
      }
      return null;
    }
  }
}
