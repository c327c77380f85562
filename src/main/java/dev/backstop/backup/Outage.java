package dev.backstop.backup;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Whether the backups are out: after one missed bound nobody waits for them, until they answer
 * again. One log line each way.
 */
final class Outage {
  private static final Logger LOG = System.getLogger("dev.backstop");

  private volatile @Nullable Throwable cause;

  /** Completes when the backups go out; waiting for it beside a write ends the wait then. */
  private volatile CompletableFuture<Void> next = new CompletableFuture<>();

  /** Why the backups are out, or null. */
  @Nullable Throwable cause() {
    return cause;
  }

  CompletableFuture<Void> next() {
    return next;
  }

  boolean isOut() {
    return cause != null;
  }

  synchronized void begin(Throwable because) {
    if (cause == null) {
      // One line: the cause is met again, with its stack, by whoever gets it as suppressed.
      LOG.log(
          Level.WARNING,
          "Backups are out, values are loaded and cached without them until the database answers: "
              + why(because));
    }
    cause = because;
    next.complete(null);
  }

  /** The driver's own words, below what the layers above made of them, in one line. */
  static String why(@Nullable Throwable failure) {
    Throwable last = failure;
    for (int depth = 0; last != null && last.getCause() != null && depth < 20; depth++) {
      last = last.getCause();
    }
    return String.valueOf(last).lines().findFirst().orElse("");
  }

  synchronized void end() {
    if (cause != null) {
      LOG.log(Level.INFO, "Backups are back");
      next = new CompletableFuture<>();
      cause = null;
    }
  }
}
