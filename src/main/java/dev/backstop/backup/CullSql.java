package dev.backstop.backup;

/**
 * What a cull deletes, as conditions on row b. Each finds its rows by an index: {@code expires_at},
 * or the primary key for a cache that was cleared. None reads a blob.
 */
enum CullSql {
  /** Parameters: namespace, from, now, last access before. */
  IDLE(CullSql.OF_NAMESPACE + " and b.expires_at < ? and b.blob is not null and b.last_access < ?"),
  /** Parameters: namespace, from, expired before. */
  TOMBSTONES(CullSql.OF_NAMESPACE + " and b.expires_at < ? and b.blob is null"),
  /** Parameters: cache, from, cleared before. */
  CLEARED("b.cache_name = ? and b.expires_at >= ? and b.created_at <= ?");

  /** A namespace is what a cache's name begins with, up to and with its colon; or nothing. */
  private static final String OF_NAMESPACE =
      "substring(b.cache_name from 1 for position(':' in b.cache_name)) = ? and b.expires_at >= ?";

  private final String condition;

  CullSql(String condition) {
    this.condition = condition;
  }

  String condition() {
    return condition;
  }

  String count() {
    return "select count(*) from backstop_backup b where " + condition;
  }
}
