package dev.backstop.testing;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A call that runs on a thread of its own, see {@link Threads#start}. */
public final class Started<T> {
  private final Thread thread;
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile @Nullable Outcome<T> outcome;

  Started(String name, Callable<? extends T> call) {
    thread =
        new Thread(
            () -> {
              outcome = Outcome.of(call);
              done.countDown();
            },
            name);
    thread.setDaemon(true); // A test that hangs must not keep the JVM.
    thread.start();
  }

  /** The thread it runs on, to interrupt it or to look at its state. */
  public Thread thread() {
    return thread;
  }

  /** Whether it has returned or thrown. */
  public boolean isDone() {
    return outcome != null;
  }

  /** Waits for its end, and returns what it returned or throws what it threw, the same object. */
  public @Nullable T join() throws Exception {
    Outcome<T> end = outcome();
    if (end.failure() instanceof Exception exception) {
      throw exception;
    }
    if (end.failure() instanceof Error error) {
      throw error;
    }
    return end.value();
  }

  /** Waits for its end, and returns what it came to. */
  public Outcome<T> outcome() throws InterruptedException {
    if (!done.await(Eventually.LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
      AssertionError stuck = new AssertionError(thread + " did not end within " + Eventually.LIMIT);
      stuck.setStackTrace(thread.getStackTrace());
      thread.interrupt();
      throw stuck;
    }
    Outcome<T> end = outcome;
    if (end == null) {
      throw new AssertionError(thread + " ended without an outcome");
    }
    return end;
  }
}
