package dev.backstop.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Starts threads for concurrency tests; whatever waits for them does so under a hard timeout. */
public final class Threads {
  private static final AtomicInteger STARTED = new AtomicInteger();

  private Threads() {}

  /** Runs the call on a thread of its own. */
  public static <T> Started<T> start(Callable<? extends T> call) {
    return new Started<>("test-" + STARTED.incrementAndGet(), call);
  }

  /** Runs the same call on that many threads, all let go at once. */
  public static <T> List<Outcome<T>> together(int threads, Callable<? extends T> call)
      throws InterruptedException {
    return together(Collections.nCopies(threads, call));
  }

  /**
   * Runs each call on a thread of its own, all let go at once, and returns what they came to, in
   * the order of the calls.
   */
  public static <T> List<Outcome<T>> together(List<? extends Callable<? extends T>> calls)
      throws InterruptedException {
    CountDownLatch ready = new CountDownLatch(calls.size());
    CountDownLatch go = new CountDownLatch(1);
    List<Started<T>> running = new ArrayList<>();
    for (Callable<? extends T> call : calls) {
      running.add(
          start(
              () -> {
                ready.countDown();
                go.await();
                return call.call();
              }));
    }
    boolean allReady = ready.await(Eventually.LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    go.countDown();
    if (!allReady) {
      throw new AssertionError(ready.getCount() + " of " + calls.size() + " threads did not start");
    }
    List<Outcome<T>> outcomes = new ArrayList<>();
    for (Started<T> each : running) {
      outcomes.add(each.outcome());
    }
    return outcomes;
  }

  /**
   * Returns once the thread waits for something, be it with a timeout or without. It says nothing
   * about what it waits for: use it where the code under test has one place to wait.
   */
  public static void awaitWaiting(Thread thread) {
    Eventually.holds(
        () ->
            switch (thread.getState()) {
              case WAITING, TIMED_WAITING -> true;
              case TERMINATED -> throw new AssertionError(thread + " ended instead of waiting");
              default -> false;
            },
        thread + " waits");
  }
}
