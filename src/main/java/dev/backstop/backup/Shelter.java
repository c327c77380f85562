package dev.backstop.backup;

import dev.backstop.BackstopConfig;
import dev.backstop.BackupUnavailableException;
import dev.backstop.stack.RoomyThreadPool;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Runs a caller's database work so that the caller waits for the bound at most, and so that an
 * interrupt of the caller does no harm.
 *
 * <p>A pool gives no connection to a thread whose flag is set, so the flag is set aside. Our own
 * pool has the bound in its timeouts, and the work runs on the caller's thread. A data source that
 * was given may hang for ever; and an embedded H2 closes its file, for everybody and for good, when
 * a thread is interrupted that reads it. There the work runs on a thread that nobody else knows.
 */
final class Shelter implements AutoCloseable {
  private final boolean hasTimeouts;
  private final Duration bound;
  private final ExecutorService threads;

  Shelter(BackstopConfig config) {
    hasTimeouts = config.jdbcUrl() != null;
    bound = config.backupTimeout();
    threads = new RoomyThreadPool(config.threads("read"));
  }

  /**
   * Does the work for a caller. An interrupt does not end so short a wait, as others may share what
   * is found: it is kept for whoever waits longer.
   *
   * @throws BackupUnavailableException if it took too long
   */
  <T> T call(Dialect dialect, Supplier<T> work) {
    long end = System.nanoTime() + bound.toNanos();
    if (hasTimeouts && !dialect.suffersInterrupts()) {
      return uninterrupted(work, end);
    }
    Future<T> answer = submit(work::get);
    return uninterrupted(() -> answer(answer, bound, end - System.nanoTime()), end);
  }

  private static <T> T uninterrupted(Supplier<T> work, long end) {
    boolean wasInterrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          return work.get();
        } catch (RuntimeException failure) {
          boolean again = Thread.interrupted(); // and that may be all that failed
          wasInterrupted |= again;
          if (!again || System.nanoTime() - end >= 0) {
            throw failure;
          }
        }
      }
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Does the first work of all, before the dialect is known. A data source that was given may be
   * the container's, whose connections belong to the transaction of the thread.
   */
  <T> T first(Callable<T> work, Duration atMost) throws Exception {
    return hasTimeouts ? work.call() : answer(submit(work), atMost, atMost.toNanos());
  }

  private <T> Future<T> submit(Callable<T> work) {
    try {
      return threads.submit(work);
    } catch (RejectedExecutionException closed) {
      throw new BackupUnavailableException("The backups are closed", closed);
    }
  }

  private static <T> T answer(Future<T> answer, Duration bound, long nanos) {
    try {
      return answer.get(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new BackupUnavailableException("Interrupted while asking the backups", interrupted);
    } catch (TimeoutException missed) {
      throw new BackupUnavailableException("The backups did not answer within " + bound, missed);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException exception) {
        throw exception;
      }
      if (failed.getCause() instanceof Error error) {
        throw error;
      }
      throw new BackupUnavailableException("Asking the backups failed", failed);
    }
  }

  @Override
  public void close() {
    threads.shutdown(); // what is under way ends by itself: an interrupt is what must not be
  }
}
