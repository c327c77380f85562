package dev.backstop.backup;

import dev.backstop.clock.Micros;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;

/**
 * What a cache has beyond its limit, and how recently accessed the last is that has to go. Of a
 * large cache a sample says that, which may name some too many: the rows and bytes that are left
 * here decide when it is enough.
 */
final class Excess {
  /** Where a cache has no more rows, the sample is the cache. */
  private static final double SAMPLE = 10_000;

  /**
   * What counts: not tombstones, nor what the same cull deletes anyway. Parameters: cache, now,
   * last access before.
   */
  private static final String COUNTED =
      """
       from backstop_backup b where b.cache_name = ? and b.blob is not null
        and not (b.expires_at < ? and b.last_access < ?)
        and not exists (select 1 from backstop_cache c
          where c.cache_name = b.cache_name and c.cleared_before >= b.created_at)""";

  private static final String TOTAL = "select count(*), coalesce(sum(b.blob_bytes), 0)" + COUNTED;

  /** One more parameter: the share of the rows. */
  private static final String SAMPLED =
      "select b.last_access, b.cache_key, coalesce(b.blob_bytes, 0)"
          + COUNTED
          + " and random() < ? order by b.last_access, b.cache_key";

  /** The last that goes, in the order of accesses. */
  record Last(OffsetDateTime accessedAt, String key) {
    static final Last NONE = new Last(Micros.utc(Micros.START_OF_TIME), "");
  }

  private long rows;
  private long bytes;
  private long deletions;
  private Last last = Last.NONE;

  private Excess() {}

  static Excess of(Connection connection, String cache, CacheLimit limit, long now, long horizon)
      throws SQLException {
    try (PreparedStatement total = connection.prepareStatement(TOTAL)) {
      bind(total, cache, now, horizon);
      Excess excess = new Excess();
      long rows = excess.count(total, limit);
      if (excess.isGone()) {
        return excess;
      }
      double share = Math.min(1, SAMPLE / rows);
      try (PreparedStatement sample = connection.prepareStatement(SAMPLED)) {
        bind(sample, cache, now, horizon);
        sample.setDouble(4, share);
        try (ResultSet row = sample.executeQuery()) {
          // After the sample: what another node deletes before it is in neither, what later, in
          // both. Otherwise the sample would begin behind it, and name what is to stay.
          excess.count(total, limit);
          excess.look(row, share);
        }
      }
      return excess;
    }
  }

  private long count(PreparedStatement total, CacheLimit limit) throws SQLException {
    try (ResultSet found = total.executeQuery()) {
      found.next();
      rows = Math.max(0, found.getLong(1) - limit.rows());
      bytes = Math.max(0, found.getLong(2) - limit.bytes());
      return found.getLong(1);
    }
  }

  private static void bind(PreparedStatement statement, String cache, long now, long horizon)
      throws SQLException {
    statement.setString(1, cache);
    statement.setObject(2, Micros.utc(now));
    statement.setObject(3, Micros.utc(horizon));
  }

  private void look(ResultSet row, double share) throws SQLException {
    long sampled = 0;
    double sampledBytes = 0;
    while ((sampled < rows * share || sampledBytes < bytes * share) && row.next()) {
      sampled++;
      sampledBytes += row.getLong(3);
      last = last(row);
    }
    deletions = bytes == 0 ? rows : Math.max(rows, Math.round(sampled / share));
    // A sample errs by the root of what was counted; too many are noticed, too few are not.
    long more = share < 1 ? Math.round(3 * Math.sqrt((double) sampled)) : 0;
    while (more-- > 0 && row.next()) {
      last = last(row);
    }
  }

  private static Last last(ResultSet row) throws SQLException {
    return new Last(row.getObject(1, OffsetDateTime.class), row.getString(2));
  }

  /** How many rows are still too many. */
  long rows() {
    return rows;
  }

  /** How many bytes are still too many. */
  long bytes() {
    return bytes;
  }

  /** How many rows have to go, more or less, if bytes are sampled. */
  long deletions() {
    return deletions;
  }

  /** The last that goes. */
  Last last() {
    return last;
  }

  boolean isGone() {
    return rows == 0 && bytes == 0;
  }

  /** A row of that size is gone. */
  void lose(long rowBytes) {
    rows = Math.max(0, rows - 1);
    bytes = Math.max(0, bytes - rowBytes);
  }
}
