package dev.backstop;

import java.time.Duration;

/**
 * A load took longer than the hard timeout and nothing could stand in. A late result is still
 * stored, if its stamp still wins.
 */
public final class LoadTimeoutException extends BackstopException {
  private static final long serialVersionUID = 1L;

  private final String cacheName;
  private final Duration timeout;

  /** Used by the core. */
  public LoadTimeoutException(String cacheName, Object key, Duration timeout) {
    super("Loading " + key + " for cache " + cacheName + " took longer than " + timeout, null);
    this.cacheName = cacheName;
    this.timeout = timeout;
  }

  /** The cache that was asked. */
  public String cacheName() {
    return cacheName;
  }

  /** The timeout that the load missed. */
  public Duration timeout() {
    return timeout;
  }
}
