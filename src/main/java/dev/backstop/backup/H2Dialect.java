package dev.backstop.backup;

import dev.backstop.clock.Micros;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * H2: {@code merge … when matched and}. Two that insert one key at a time may make one of them
 * report a duplicate key; the writer tries again.
 */
final class H2Dialect implements Dialect {
  private static final Logger LOG = System.getLogger("dev.backstop");

  private static final String VALUES =
      COLUMNS.stream().map(column -> "s." + column).collect(Collectors.joining(", "));

  /** That of a version, as its driver says it; warns of one that loses what it acknowledged. */
  static H2Dialect of(String version) {
    if (version.startsWith("2.5.252 ")) {
      LOG.log(
          Level.WARNING,
          "H2 "
              + version
              + " may lose its last commits when its process is killed; 2.4.240 keeps them");
    }
    return new H2Dialect();
  }

  @Override
  public String folder() {
    return "h2";
  }

  /** It closes its file, and does not open it again while others have it open. */
  @Override
  public boolean suffersInterrupts() {
    return true;
  }

  /** See its issue 2080: an entry of an index may then outlive what made it, and hold writes up. */
  @Override
  public boolean savesInParts() {
    return true;
  }

  @Override
  public String time() {
    return "select current_timestamp(6)";
  }

  @Override
  public String store() {
    return merge(LATER);
  }

  @Override
  public String add() {
    return merge(LATER_AND_NOT_FRESH);
  }

  private static String merge(String guard) {
    return "select b.cache_name, b.cache_key, "
        + EXPIRED
        + " from final table (merge into backstop_backup b using (select "
        + NEW_ROW
        + " from (select"
        + " cast(? as varchar) as cache_name, cast(? as varchar) as cache_key,"
        + " cast(? as varbinary) as blob, cast(? as timestamp(6) with time zone) as created_at,"
        + " cast(? as timestamp(6) with time zone) as expires_at, cast(? as varchar) as codec,"
        + " cast(? as integer) as format, cast(? as varchar) as type_fingerprint,"
        + " cast(? as varchar) as etag, cast(? as timestamp(6) with time zone) as last_modified,"
        + " cast(? as varchar) as fingerprint,"
        + " cast(? as varbinary(32)) as digest) s where not "
        + CLEARED
        + ") s on (b.cache_name = s.cache_name and b.cache_key = s.cache_key)"
        + " when matched and "
        + guard
        + " then update set "
        + Dialect.sets("s")
        + " when not matched then insert ("
        + String.join(", ", COLUMNS)
        + ") values ("
        + VALUES
        + ")) b";
  }

  @Override
  public NewsTable news(UUID node) {
    return new H2News(node);
  }

  @Override
  public String claim() {
    return "merge into backstop_flight f using (select cast(? as varchar) as cache_name,"
        + " cast(? as varchar) as cache_key, cast(? as uuid) as node,"
        + " cast(? as timestamp(6) with time zone) as claimed_at,"
        + " cast(? as timestamp(6) with time zone) as claimed_until) s"
        + " on (f.cache_name = s.cache_name and f.cache_key = s.cache_key) when matched and ("
        + FlightTable.FREE
        + ") then update set "
        + CLAIMED
        + " when not matched then insert (cache_name, cache_key, node, claimed_at, claimed_until)"
        + " values (s.cache_name, s.cache_key, s.node, s.claimed_at, s.claimed_until)";
  }

  /** One: it is in this process, or its driver sends one statement at a time. */
  @Override
  public int rowsPerStore() {
    return 1;
  }

  @Override
  public void bind(
      PreparedStatement statement,
      int before,
      List<NewRow> rows,
      Duration patience,
      OffsetDateTime future)
      throws SQLException {
    NewRow row = rows.get(0);
    Blob blob = row.blob();
    statement.setString(before + 1, row.key().cache());
    statement.setString(before + 2, row.key().key());
    statement.setBytes(before + 3, blob == null ? null : blob.bytes());
    statement.setObject(before + 4, Micros.utc(row.createdAt()));
    statement.setObject(before + 5, Micros.utc(row.expiresAt()));
    statement.setString(before + 6, blob == null ? null : blob.codec());
    statement.setObject(before + 7, blob == null ? null : blob.format());
    statement.setString(before + 8, blob == null ? null : blob.typeFingerprint());
    statement.setString(before + 9, row.validators().etag());
    statement.setObject(before + 10, row.lastModified());
    statement.setString(before + 11, row.validators().fingerprint());
    statement.setBytes(before + 12, blob == null ? null : blob.digest());
    statement.setObject(before + 13, future);
    statement.setObject(before + 14, future);
  }

  @Override
  public String removePresent() {
    return """
        merge into backstop_backup b using (select cast(? as varchar) as cache_name,
          cast(? as varchar) as cache_key, cast(? as timestamp(6) with time zone) as stamp) s
        on (b.cache_name = s.cache_name and b.cache_key = s.cache_key)
        when matched and b.created_at <= s.stamp then update
          set blob = null, digest = null, blob_bytes = null, created_at = s.stamp,
            last_access = s.stamp, expires_at = s.stamp""";
  }

  @Override
  public String expire() {
    return """
        merge into backstop_backup b using (select cast(? as varchar) as cache_name,
          cast(? as varchar) as cache_key, cast(? as timestamp(6) with time zone) as stamp) s
        on (b.cache_name = s.cache_name and b.cache_key = s.cache_key)
        when matched then update
          set expired_at = greatest(coalesce(b.expired_at, s.stamp), s.stamp),
            expires_at = case when b.blob is null then greatest(b.expires_at, s.stamp)
              else b.expires_at end
        when not matched then insert
          (cache_name, cache_key, created_at, last_access, expires_at, expired_at)
        values (s.cache_name, s.cache_key, timestamp with time zone '1970-01-01 00:00:00+00',
          s.stamp, s.stamp, s.stamp)""";
  }

  @Override
  public String bar() {
    return """
        merge into backstop_cache c using (select cast(? as varchar) as cache_name,
          cast(? as timestamp(6) with time zone) as expired_before,
          cast(? as timestamp(6) with time zone) as cleared_before) s
        on (c.cache_name = s.cache_name)
        when matched then update set
          expired_before = greatest(coalesce(c.expired_before, s.expired_before),
            coalesce(s.expired_before, c.expired_before)),
          cleared_before = greatest(coalesce(c.cleared_before, s.cleared_before),
            coalesce(s.cleared_before, c.cleared_before))
        when not matched then insert (cache_name, expired_before, cleared_before)
        values (s.cache_name, s.expired_before, s.cleared_before)""";
  }

  @Override
  public String cull(CullSql what) {
    return "delete from backstop_backup b where " + what.condition() + " fetch first ? rows only";
  }

  /** By a merge: a delete would look at every row of the table for the keys of a subselect. */
  @Override
  public String cullExcess() {
    return "select coalesce(blob_bytes, 0) from old table (merge into backstop_backup b"
        + " using (select * from (select b.cache_name, b.cache_key, "
        + IN_ORDER_OF_ACCESS
        + " from backstop_backup b where "
        + CullSql.EXCESS.condition()
        + ") s where s.n <= ? and ("
        + TOO_MANY
        + ")) s on (b.cache_name = s.cache_name and b.cache_key = s.cache_key)"
        + " when matched then delete)";
  }
}
