package dev.backstop;

/**
 * The calling thread was interrupted while it waited for a load that another thread leads. Its
 * interrupt flag is set; the load goes on and nothing else has changed.
 */
public final class LoadInterruptedException extends BackstopException {
  private static final long serialVersionUID = 1L;

  /** Used by the core. */
  public LoadInterruptedException(String cacheName, Object key, InterruptedException cause) {
    super("Interrupted while waiting for " + key + " of cache " + cacheName, cause);
  }
}
