package dev.backstop.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what happens on other threads, without guessing how long it takes. */
public final class Eventually {
  /** How long a test waits for anything before it fails; generous, as it is only met in a bug. */
  public static final Duration LIMIT = Duration.ofSeconds(10);

  private static final long PAUSE_NANOS = 1_000_000;

  private Eventually() {}

  /** Returns as soon as the condition holds, and fails if it does not within {@link #LIMIT}. */
  public static void holds(BooleanSupplier condition, String what) {
    if (!within(LIMIT, condition)) {
      throw new AssertionError("Did not come true within " + LIMIT + ": " + what);
    }
  }

  /** Whether the condition came true in that time; returns as soon as it does. */
  public static boolean within(Duration limit, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      Thread.onSpinWait();
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return true;
  }
}
