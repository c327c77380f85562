package dev.backstop.backup;

import dev.backstop.Validators;
import dev.backstop.clock.Stamp;

/** What one write says about a row. */
public sealed interface Change {
  /** Orders it among all changes of its row. */
  Stamp stamp();

  /**
   * The key has this value; wins over a lower stamp.
   *
   * @param ttl how long after its stamp it is fresh, in microseconds
   */
  record Value(Stamp stamp, long ttl, Blob blob, Validators validators) implements Change {
    /** Without validators. */
    public Value(Stamp stamp, long ttl, Blob blob) {
      this(stamp, ttl, blob, Validators.NONE);
    }
  }

  /**
   * The key has no value; wins over a lower or equal stamp.
   *
   * @param onlyIfPresent whether a key without row needs none: a load that found nothing
   */
  record Removal(Stamp stamp, boolean onlyIfPresent) implements Change {}

  /** Values stamped at or below it are no longer fresh. It takes nothing else from the row. */
  record Expiry(Stamp stamp) implements Change {}
}
