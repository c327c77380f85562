package dev.backstop.model;

import org.jspecify.annotations.Nullable;

/**
 * What a node has still to write of a key, while the database is out: the highest stamp wins.
 *
 * @param content a value or a tombstone, or null
 * @param needsRow whether it is written also where there is no row; not so a load that found
 *     nothing
 * @param expiry the highest, {@link Row#NEVER} if there is none
 */
record Queue(@Nullable Row content, boolean needsRow, long expiry) {
  static final Queue EMPTY = new Queue(null, false, Row.NEVER);

  boolean refuses(long stamp) {
    return content != null && content.stamp() > stamp;
  }

  Queue with(Row change, boolean needs) {
    return new Queue(
        refuses(change.stamp()) ? content : change, needs || (content != null && needsRow), expiry);
  }

  Queue expired(long stamp) {
    return new Queue(content, needsRow, Math.max(expiry, stamp));
  }

  /** What a reader sees of it. */
  @Nullable Row row() {
    if (content == null) {
      return expiry == Row.NEVER ? null : new Row(null, 0, 0, expiry, null);
    }
    return new Row(
        content.value(), content.stamp(), content.expiresAt(), expiry, content.fingerprint());
  }
}
