package dev.backstop.examples.feedreader;

import dev.backstop.BackstopBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Lets time pass without waiting for it: only what hangs takes its time. */
final class TestPace implements Pace, AutoCloseable {
  private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Instant now = Instant.now();
  private int loading;

  @Override
  public Duration hardTimeout() {
    return Duration.ofMillis(800);
  }

  @Override
  public Duration softTimeout() {
    return Duration.ofMillis(50);
  }

  @Override
  public synchronized Instant now() {
    return now;
  }

  /** Lets loads that were let go come to their end, as a pause of seconds would, and moves on. */
  @Override
  public synchronized void pause(Duration time) throws InterruptedException {
    long until = System.nanoTime() + LONGEST_NANOS;
    long left = LONGEST_NANOS;
    while (loading > 0 && left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = until - System.nanoTime();
    }
    now = now.plus(time);
  }

  @Override
  public BackstopBuilder over(BackstopBuilder builder) {
    return builder.clock(this::now).executor(this::load);
  }

  private void load(Runnable task) {
    count(1);
    threads.execute(
        () -> {
          try {
            task.run();
          } finally {
            count(-1);
          }
        });
  }

  private synchronized void count(int change) {
    loading += change;
    notifyAll();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
