package dev.backstop.backup;

/**
 * What a cull deletes, as conditions on row b. Each goes along an index, in windows, so that no
 * statement looks at more rows than a window has, however many of them stay. None reads a blob.
 *
 * <p>Parameters of each: namespace or cache, from, to, and its own.
 */
enum CullSql {
  /** Its own: last access before, expired before. */
  IDLE(CullIndex.EXPIRY, "b.blob is not null and b.last_access < ? and " + CullSql.NO_TRACE),
  /** None of its own. */
  TOMBSTONES(CullIndex.EXPIRY, "b.blob is null"),
  /** Its own: cleared before. A key that was expired since needs its row: see {@code expire}. */
  CLEARED(CullIndex.KEY, "greatest(b.created_at, coalesce(b.expired_at, b.created_at)) <= ?"),
  /**
   * Its own: last access and key of the last that goes, in the order of accesses; expired before.
   */
  EXCESS(
      CullIndex.KEY,
      "b.blob is not null and (b.last_access, b.cache_key) <= (?, ?) and " + CullSql.NO_TRACE);

  /**
   * A load that began before a key was expired learns of it by its row, as of a removal by its
   * tombstone. Not needed where the row has a later value. Parameter: expired before.
   */
  private static final String NO_TRACE =
      "(b.expired_at is null or b.expired_at < b.created_at or b.expired_at < ?)";

  private final CullIndex index;
  private final String condition;

  CullSql(CullIndex index, String condition) {
    this.index = index;
    this.condition = index.range() + " and " + condition;
  }

  CullIndex index() {
    return index;
  }

  String condition() {
    return condition;
  }

  String count() {
    return "select count(*) from backstop_backup b where " + condition;
  }
}
