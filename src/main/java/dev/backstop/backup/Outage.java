package dev.backstop.backup;

import dev.backstop.BackupUnavailableException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Whether the backups are out: after one missed bound nobody waits for them, until they answer
 * again. A database that only refuses to write, as on a full disk, is still read. One log line each
 * way.
 */
final class Outage {
  private static final Logger LOG = System.getLogger("dev.backstop");

  private volatile @Nullable Throwable cause;
  private volatile boolean isUnreadable;

  /** Whether this Backstop is closed, so that no outage begins any more. */
  private boolean isOver;

  /** Completes when the backups go out; waiting for it beside a write ends the wait then. */
  private volatile CompletableFuture<Void> next = new CompletableFuture<>();

  /** Why the backups are out, or null. */
  @Nullable Throwable cause() {
    return cause;
  }

  CompletableFuture<Void> next() {
    return next;
  }

  /** Whether nobody waits for a write. */
  boolean isOut() {
    return cause != null;
  }

  /** Whether nobody waits for a read either. */
  boolean isUnreadable() {
    return isUnreadable;
  }

  /** The database did not answer, or can't be read. */
  synchronized void begin(Throwable because) {
    begin(
        because,
        "Backups are out, values are loaded and cached without them until the database answers");
    isUnreadable = true;
  }

  /** A write failed: if it is the database that says so, it can be read. */
  synchronized void beginByWrite(Throwable because) {
    if (SqlFailures.of(because).isAnswer()) {
      begin(because, "Backups can't be written, those that are there still stand in");
    } else {
      begin(because);
    }
  }

  private void begin(Throwable because, String what) {
    if (cause == null && !isOver) {
      // One line: the cause is met again, with its stack, by whoever gets it as suppressed.
      LOG.log(Level.WARNING, what + ": " + why(because));
    }
    cause = because;
    next.complete(null);
  }

  /** The database can be read, whether it can be written or not. */
  void answered() {
    isUnreadable = false;
  }

  /** The driver's own words, below what the layers above made of them, in one line. */
  static String why(@Nullable Throwable failure) {
    Throwable last = failure;
    for (int depth = 0; last != null && last.getCause() != null && depth < 20; depth++) {
      last = last.getCause();
    }
    return String.valueOf(last).lines().findFirst().orElse("");
  }

  /**
   * Says that a change is not durable.
   *
   * @param bound how long it was waited for; null if all is being closed
   */
  BackupUnavailableException unavailable(
      String what, CompletableFuture<?> change, @Nullable Duration bound) {
    if (bound == null) {
      return new BackupUnavailableException(
          what + " is not durable, as this Backstop is closed",
          change.isDone() ? failure(change) : cause);
    }
    if (change.isCompletedExceptionally()) {
      return new BackupUnavailableException(
          what + " will not be durable; it holds in this process only", failure(change));
    }
    return new BackupUnavailableException(
        what
            + (isOut() ? " is not durable, as backups are out" : " is not durable within " + bound)
            + "; it holds in this process and stays queued",
        cause);
  }

  private static @Nullable Throwable failure(CompletableFuture<?> change) {
    try {
      change.join();
      return null;
    } catch (CompletionException | CancellationException failed) {
      return failed.getCause();
    }
  }

  /** Nobody asks the database any more, and who tries says nothing of it. */
  synchronized void close() {
    isOver = true;
  }

  synchronized void end() {
    if (cause != null) {
      next = new CompletableFuture<>();
      isUnreadable = false;
      cause = null;
      LOG.log(Level.INFO, "Backups are back"); // last: whoever reads it may rely on it
    }
  }
}
