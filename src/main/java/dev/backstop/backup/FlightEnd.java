package dev.backstop.backup;

import dev.backstop.LoadFailure;
import org.jspecify.annotations.Nullable;

/**
 * How a load ended that nodes share. All moments are microseconds.
 *
 * @param landedAt when that was noted: what it found is in the table
 * @param failedUntil when it may be tried again, if it failed
 * @param failure why it failed, or null
 */
public record FlightEnd(How how, long landedAt, long failedUntil, @Nullable LoadFailure failure) {
  /** What the source did. */
  public enum How {
    /** It returned a value, which is in the table unless something later is. */
    VALUE,
    /** It has no such thing. */
    NOTHING,
    /** The loader failed. */
    FAILED,
    /** Whoever loaded was interrupted, or died of an error. */
    DIED
  }
}
