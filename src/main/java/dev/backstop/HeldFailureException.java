package dev.backstop;

import java.time.Instant;

/**
 * A key was loaded a moment ago, here or on another node, and that failed: by {@link
 * CacheSpec#sharedFailures} no node tries again before a moment, and no backup stands in. Nothing
 * was loaded, or stored.
 */
public final class HeldFailureException extends BackstopException {
  private static final long serialVersionUID = 1L;

  private final LoadFailure failure;
  private final Instant until;

  /** Used by the core. */
  public HeldFailureException(String cacheName, Object key, LoadFailure failure, Instant until) {
    super(
        "Loading "
            + key
            + " for cache "
            + cacheName
            + " failed at "
            + failure.at()
            + " and is not tried before "
            + until
            + ": "
            + failure.type()
            + (failure.message() == null ? "" : ": " + failure.message()),
        null);
    this.failure = failure;
    this.until = until;
  }

  /** What the load failed of. */
  public LoadFailure failure() {
    return failure;
  }

  /** When it may be tried again, in the time of the backups' database. */
  public Instant until() {
    return until;
  }
}
