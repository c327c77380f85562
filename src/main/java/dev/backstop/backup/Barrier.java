package dev.backstop.backup;

/**
 * What ended for a whole cache, in microseconds.
 *
 * @param expiredBefore values stamped at or below it are no longer fresh
 * @param clearedBefore values stamped at or below it are dead
 */
public record Barrier(long expiredBefore, long clearedBefore) {
  /** Nothing ended. */
  public static final Barrier NONE = new Barrier(Long.MIN_VALUE, Long.MIN_VALUE);

  /** Both barriers, each at the higher of its two places. */
  public Barrier or(Barrier other) {
    return new Barrier(
        Math.max(expiredBefore, other.expiredBefore), Math.max(clearedBefore, other.clearedBefore));
  }
}
