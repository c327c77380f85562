package dev.backstop.backup;

import dev.backstop.Validators;
import dev.backstop.clock.Stamp;

/** What one write says about a row. */
public sealed interface Change {
  /** Orders it among all changes of its row. */
  Stamp stamp();

  /** Whether a load found it so: it says nothing that others would have to hear. */
  boolean isLoaded();

  /**
   * The key has this value; wins over a lower stamp.
   *
   * @param ttl how long after its stamp it is fresh, in microseconds
   * @param isLoaded whether a load found it, rather than that somebody put it
   */
  record Value(Stamp stamp, long ttl, Blob blob, Validators validators, boolean isLoaded)
      implements Change {
    /** One that was put. */
    public Value(Stamp stamp, long ttl, Blob blob) {
      this(stamp, ttl, blob, Validators.NONE, false);
    }
  }

  /**
   * The key has no value; wins over a lower or equal stamp.
   *
   * @param onlyIfPresent whether a key without row needs none: a load that found nothing
   */
  record Removal(Stamp stamp, boolean onlyIfPresent) implements Change {
    @Override
    public boolean isLoaded() {
      return onlyIfPresent;
    }
  }

  /** Values stamped at or below it are no longer fresh. It takes nothing else from the row. */
  record Expiry(Stamp stamp) implements Change {
    @Override
    public boolean isLoaded() {
      return false;
    }
  }
}
