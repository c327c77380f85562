package dev.backstop.model;

import org.jspecify.annotations.Nullable;

/**
 * A row of the table, as the model knows it; moments in milliseconds.
 *
 * @param value null in a tombstone
 * @param stamp 0 if the key was expired and never known
 * @param expiredAt values stamped at or below it are no longer fresh; {@code Long.MIN_VALUE} if
 *     there is none
 */
record Row(
    @Nullable String value,
    long stamp,
    long expiresAt,
    long expiredAt,
    @Nullable String fingerprint) {
  static final long NEVER = Long.MIN_VALUE;

  static Row tombstone(long stamp, @Nullable Row before) {
    return new Row(null, stamp, stamp, before == null ? NEVER : before.expiredAt, null);
  }

  /** What an expiry makes of a row, which may not be there. */
  static Row expired(long stamp, @Nullable Row before) {
    return before == null
        ? new Row(null, 0, stamp, stamp, null)
        : new Row(
            before.value,
            before.stamp,
            before.value == null ? Math.max(before.expiresAt, stamp) : before.expiresAt,
            Math.max(before.expiredAt, stamp),
            before.fingerprint);
  }

  boolean isUsable(Ended table) {
    return value != null && stamp > table.cleared();
  }

  boolean isFresh(long now, Ended table) {
    return isUsable(table) && now < expiresAt && stamp > expiredAt && stamp > table.expired();
  }

  /** Whether a value that was stamped so was removed, or cleared, since. */
  boolean endsLifeOf(long other) {
    return value == null && stamp >= other;
  }

  Copy copy() {
    return Copy.fresh(value, stamp, expiresAt, fingerprint);
  }

  /**
   * Whether a cull may delete it: it was cleared, or is past its ttl and was not asked for, or is a
   * trace that no load can need. An expiry is such a trace, too.
   */
  boolean mayGo(long now, Ended table, long idle, long tombstoneFor) {
    boolean isIdle = value != null && expiresAt <= now && stamp < now - idle;
    boolean isCleared = Math.max(stamp, expiredAt) <= table.cleared();
    return isIdle || isCleared || isOldTrace(now, tombstoneFor);
  }

  /**
   * Whether it must, if it may. Of what is idle, accesses and downtime may tell otherwise; of a
   * trace, downtime.
   */
  boolean mustGo(Ended table) {
    return value != null && Math.max(stamp, expiredAt) <= table.cleared();
  }

  private boolean isOldTrace(long now, long tombstoneFor) {
    return value == null && expiresAt < now - tombstoneFor;
  }
}
