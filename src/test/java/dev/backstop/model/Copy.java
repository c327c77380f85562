package dev.backstop.model;

import org.jspecify.annotations.Nullable;

/**
 * A fast copy, as the model knows it; moments in milliseconds.
 *
 * @param order what an expiry of the cache is held against: the stamp, or that of the load that
 *     failed while this stands in
 * @param until until when it is served without a load
 * @param failure why it stands in
 */
record Copy(
    String value,
    long stamp,
    long order,
    long expiresAt,
    long until,
    @Nullable String failure,
    @Nullable String fingerprint) {
  static Copy fresh(String value, long stamp, long expiresAt, @Nullable String fingerprint) {
    return new Copy(value, stamp, stamp, expiresAt, expiresAt, null, fingerprint);
  }

  Copy standingIn(long began, long end, String because) {
    return new Copy(value, stamp, began, expiresAt, end, because, fingerprint);
  }

  Copy ended() {
    return new Copy(value, stamp, order, expiresAt, 0, null, fingerprint);
  }

  boolean isServed(long now, long maxStale, Ended ended) {
    return now < until
        && order > ended.expired()
        && stamp > ended.cleared()
        && (failure == null || now - stamp <= maxStale);
  }

  boolean isServedAs(Copy other) {
    return stamp == other.stamp && order == other.order && until == other.until;
  }

  static boolean isAfter(@Nullable Copy copy, long stamp) {
    return copy != null && copy.stamp > stamp;
  }

  static boolean isBefore(@Nullable Copy copy, long stamp) {
    return copy == null || copy.stamp < stamp;
  }
}
