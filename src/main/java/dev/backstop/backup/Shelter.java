package dev.backstop.backup;

import dev.backstop.BackstopConfig;
import dev.backstop.BackupUnavailableException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
    threads = Executors.newCachedThreadPool(config.threads("read"));
  }

  /**
   * Does the work for a caller.
   *
   * @throws BackupUnavailableException if it took too long, or the caller was interrupted meanwhile
   */
  <T> T call(Dialect dialect, Supplier<T> work) {
    boolean wasInterrupted = Thread.interrupted();
    try {
      boolean here = hasTimeouts && !dialect.suffersInterrupts();
      return here ? work.get() : elsewhere(work::get, bound);
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
    return hasTimeouts ? work.call() : elsewhere(work, atMost);
  }

  private <T> T elsewhere(Callable<T> work, Duration atMost) {
    try {
      return threads.submit(work).get(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new BackupUnavailableException("Interrupted while asking the backups", interrupted);
    } catch (TimeoutException missed) {
      throw new BackupUnavailableException("The backups did not answer within " + atMost, missed);
    } catch (RejectedExecutionException closed) {
      throw new BackupUnavailableException("The backups are closed", closed);
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
