package dev.backstop;

import org.jspecify.annotations.Nullable;

/**
 * The database of the backups did not answer within the bound.
 *
 * <p>From an explicit change: the change holds in this process, stays queued, and is retried until
 * it is durable. From {@link BackedCache#add}: nothing was added in this process; where the
 * database died before it answered, it may have stored the value all the same. From a get: only
 * ever as a suppressed exception of the loader's own.
 */
public final class BackupUnavailableException extends BackstopException {
  private static final long serialVersionUID = 1L;

  /** Used by the core. */
  public BackupUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
