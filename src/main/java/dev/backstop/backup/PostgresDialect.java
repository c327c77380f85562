package dev.backstop.backup;

import dev.backstop.clock.Micros;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** PostgreSQL: {@code insert … on conflict … do update … where}. */
final class PostgresDialect implements Dialect {
  /** Set for the transaction it is in, before anything is locked, and without a round trip. */
  private static final String PATIENCE = "(select set_config('lock_timeout', ?, true)) patience";

  @Override
  public String folder() {
    return "postgresql";
  }

  @Override
  public String time() {
    return "select clock_timestamp()";
  }

  @Override
  public String probe(Duration bound) {
    return "set local statement_timeout = " + bound.toMillis() + "; " + Dialect.super.probe(bound);
  }

  @Override
  public String store() {
    return upsert(LATER);
  }

  @Override
  public String add() {
    return upsert(LATER_AND_NOT_FRESH);
  }

  /** In the order of the keys, so that two nodes that write the same ones wait, not deadlock. */
  private static String upsert(String guard) {
    return "insert into backstop_backup as b ("
        + String.join(", ", COLUMNS)
        + ") select "
        + NEW_ROW
        + " from unnest(cast(? as varchar[]), cast(? as varchar[]), cast(? as bytea[]),"
        + " cast(? as timestamptz[]), cast(? as timestamptz[]), cast(? as varchar[]),"
        + " cast(? as integer[]), cast(? as varchar[]), cast(? as varchar[]),"
        + " cast(? as timestamptz[]), cast(? as varchar[]), cast(? as bytea[]))"
        + " as s (cache_name, cache_key, blob, created_at, expires_at, codec, format,"
        + " type_fingerprint, etag, last_modified, fingerprint, digest) cross join "
        + PATIENCE
        + " where not "
        + CLEARED
        + " order by s.cache_name collate \"C\", s.cache_key collate \"C\""
        + " on conflict (cache_name, cache_key) do update set "
        + Dialect.sets("excluded")
        + " where "
        + guard.replaceAll("\\bs\\.", "excluded.")
        + " returning b.cache_name, b.cache_key, "
        + EXPIRED;
  }

  @Override
  public NewsTable news(UUID node) {
    return new PostgresNews(node);
  }

  @Override
  public String claim() {
    return "insert into backstop_flight as f (cache_name, cache_key, node, claimed_at, claimed_until)"
        + " values (?, ?, ?, ?, ?) on conflict (cache_name, cache_key) do update set "
        + CLAIMED.replaceAll("\\bs\\.", "excluded.")
        + " where "
        + FlightTable.FREE.replaceAll("\\bs\\.", "excluded.");
  }

  @Override
  public int rowsPerStore() {
    return Integer.MAX_VALUE;
  }

  /** One array per column: the statement is the same for any number of rows. */
  @Override
  public void bind(
      PreparedStatement statement,
      int before,
      List<NewRow> rows,
      Duration patience,
      OffsetDateTime future)
      throws SQLException {
    array(statement, before + 1, "varchar", rows, row -> row.key().cache());
    array(statement, before + 2, "varchar", rows, row -> row.key().key());
    array(statement, before + 3, rows, Blob::bytes);
    array(statement, before + 4, "timestamptz", rows, row -> Micros.utc(row.createdAt()));
    array(statement, before + 5, "timestamptz", rows, row -> Micros.utc(row.expiresAt()));
    array(statement, before + 6, "varchar", rows, ofBlob(Blob::codec));
    array(statement, before + 7, "integer", rows, ofBlob(Blob::format));
    array(statement, before + 8, "varchar", rows, ofBlob(Blob::typeFingerprint));
    array(statement, before + 9, "varchar", rows, row -> row.validators().etag());
    array(statement, before + 10, "timestamptz", rows, NewRow::lastModified);
    array(statement, before + 11, "varchar", rows, row -> row.validators().fingerprint());
    array(statement, before + 12, rows, Blob::digest);
    bindPatience(statement, before + 13, patience);
    statement.setObject(before + 14, future);
    statement.setObject(before + 15, future);
  }

  @Override
  public void bindPatience(PreparedStatement statement, int index, Duration patience)
      throws SQLException {
    statement.setString(index, Long.toString(patience.toMillis()));
  }

  private static Function<NewRow, @Nullable Object> ofBlob(Function<Blob, Object> part) {
    return row -> row.blob() == null ? null : part.apply(row.blob());
  }

  private static void array(
      PreparedStatement statement, int index, List<NewRow> rows, Function<Blob, byte[]> part)
      throws SQLException {
    byte[][] elements = new byte[rows.size()][];
    for (int i = 0; i < elements.length; i++) {
      Blob blob = rows.get(i).blob();
      elements[i] = blob == null ? null : part.apply(blob);
    }
    statement.setArray(index, statement.getConnection().createArrayOf("bytea", elements));
  }

  private static void array(
      PreparedStatement statement,
      int index,
      String type,
      List<NewRow> rows,
      Function<NewRow, @Nullable Object> part)
      throws SQLException {
    Object[] elements = rows.stream().map(part).toArray();
    statement.setArray(index, statement.getConnection().createArrayOf(type, elements));
  }

  @Override
  public String removePresent() {
    return "update backstop_backup b set blob = null, digest = null, blob_bytes = null,"
        + " created_at = s.stamp, last_access = s.stamp, expires_at = s.stamp"
        + " from (select cast(? as varchar) as cache_name, cast(? as varchar) as cache_key,"
        + " cast(? as timestamptz) as stamp) s cross join "
        + PATIENCE
        + " where b.cache_name = s.cache_name and b.cache_key = s.cache_key"
        + " and b.created_at <= s.stamp";
  }

  @Override
  public String expire() {
    return "insert into backstop_backup as b"
        + " (cache_name, cache_key, created_at, last_access, expires_at, expired_at)"
        + " select s.cache_name, s.cache_key, to_timestamp(0), s.stamp, s.stamp, s.stamp from"
        + " (select cast(? as varchar) as cache_name, cast(? as varchar) as cache_key,"
        + " cast(? as timestamptz) as stamp) s cross join "
        + PATIENCE
        + " on conflict (cache_name, cache_key) do update"
        + " set expired_at = greatest(b.expired_at, excluded.expired_at),"
        + " expires_at = case when b.blob is null"
        + " then greatest(b.expires_at, excluded.expires_at) else b.expires_at end";
  }

  @Override
  public String bar() {
    return "insert into backstop_cache as c (cache_name, expired_before, cleared_before)"
        + " select s.* from (select cast(? as varchar), cast(? as timestamptz),"
        + " cast(? as timestamptz)) s cross join "
        + PATIENCE
        + " on conflict (cache_name) do update"
        + " set expired_before = greatest(c.expired_before, excluded.expired_before),"
        + " cleared_before = greatest(c.cleared_before, excluded.cleared_before)";
  }

  @Override
  public String touch() {
    return "update backstop_backup b set last_access = s.at"
        + " from (select cast(? as timestamptz) as at, cast(? as varchar) as cache_name,"
        + " cast(? as varchar) as cache_key, cast(? as timestamptz) as before) s cross join "
        + PATIENCE
        + " where b.cache_name = s.cache_name and b.cache_key = s.cache_key"
        + " and b.last_access < s.before";
  }

  @Override
  public String cull(CullSql what) {
    return "with held as materialized (" + held(what, "") + ") " + delete("held");
  }

  @Override
  public String cullExcess() {
    return "with held as materialized ("
        + held(CullSql.EXCESS, ", b.last_access, b.blob_bytes")
        + "), excess as materialized (select at, cache_name, cache_key from (select at, cache_name, "
        + "cache_key, "
        + IN_ORDER_OF_ACCESS
        + " from held) s where "
        + TOO_MANY
        + ") "
        + delete("excess")
        + " returning coalesce(b.blob_bytes, 0)";
  }

  /**
   * Who holds a row keeps it. Locking looks at the condition again if the row was written since.
   */
  private static String held(CullSql what, String columns) {
    return "select b.ctid as at, b.cache_name, b.cache_key"
        + columns
        + " from backstop_backup b where "
        + what.condition()
        + " limit ? for update skip locked";
  }

  /**
   * By where they are, which is one page each and no index; that alone would name rows of other
   * partitions, too. By its key a row is looked for in its own partition only. Of arrays PostgreSQL
   * always expects a few elements, so that it never takes the way through the whole table, as it
   * would for the many rows that it may expect of a query.
   */
  private static String delete(String rows) {
    return "delete from backstop_backup b using unnest(array(select at from %1$s), array(select cache_name from %1$s), array(select cache_key from %1$s)) as s (at, cache_name, cache_key) where b.ctid = s.at and b.cache_name = s.cache_name and b.cache_key = s.cache_key"
        .formatted(rows);
  }
}
