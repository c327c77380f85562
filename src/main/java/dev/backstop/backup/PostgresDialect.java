package dev.backstop.backup;

import java.util.stream.Collectors;

/** PostgreSQL: {@code insert … on conflict … do update … where}. */
final class PostgresDialect implements Dialect {
  private static final String SETS =
      COLUMNS.stream()
          .skip(2)
          .map(column -> column + " = excluded." + column)
          .collect(Collectors.joining(", "));

  @Override
  public String folder() {
    return "postgresql";
  }

  @Override
  public String time() {
    return "select clock_timestamp()";
  }

  @Override
  public String store() {
    return upsert(LATER);
  }

  @Override
  public String remove() {
    return upsert(LATER_OR_EQUAL);
  }

  @Override
  public String add() {
    return upsert(LATER_AND_NOT_FRESH);
  }

  private static String upsert(String guard) {
    return "insert into backstop_backup as b ("
        + String.join(", ", COLUMNS)
        + ") select * from (select cast(? as varchar) as cache_name, cast(? as varchar) as"
        + " cache_key, cast(? as bytea) as blob, cast(? as timestamptz) as created_at,"
        + " cast(? as timestamptz) as last_access, cast(? as timestamptz) as expires_at,"
        + " cast(? as varchar) as codec, cast(? as integer) as format,"
        + " cast(? as varchar) as type_fingerprint, cast(? as bigint) as blob_bytes) s"
        + " where not "
        + CLEARED
        + " on conflict (cache_name, cache_key) do update set "
        + SETS
        + " where "
        + guard.replaceAll("\\bs\\.", "excluded.")
        + " returning "
        + EXPIRED;
  }

  @Override
  public String expire() {
    return """
        insert into backstop_backup as b
          (cache_name, cache_key, created_at, last_access, expires_at, expired_at)
        select s.cache_name, s.cache_key, to_timestamp(0), s.stamp, s.stamp, s.stamp from
          (select cast(? as varchar) as cache_name, cast(? as varchar) as cache_key,
            cast(? as timestamptz) as stamp) s
        on conflict (cache_name, cache_key) do update
          set expired_at = greatest(b.expired_at, excluded.expired_at)""";
  }

  @Override
  public String bar() {
    return """
        insert into backstop_cache as c (cache_name, expired_before, cleared_before)
        values (?, cast(? as timestamptz), cast(? as timestamptz))
        on conflict (cache_name) do update
          set expired_before = greatest(c.expired_before, excluded.expired_before),
              cleared_before = greatest(c.cleared_before, excluded.cleared_before)""";
  }

  @Override
  public String cull(CullSql what) {
    return "delete from backstop_backup where ctid = any (array(" + held(what, "b.ctid") + "))";
  }

  @Override
  public String cullExcess() {
    return "with held as ("
        + held(CullSql.EXCESS, "b.ctid as at, b.last_access, b.cache_key, b.blob_bytes")
        + ") delete from backstop_backup where ctid = any (array(select at from (select at, "
        + IN_ORDER_OF_ACCESS
        + " from held) s where "
        + TOO_MANY
        + ")) returning coalesce(blob_bytes, 0)";
  }

  /**
   * Who holds a row keeps it. Locking looks at the condition again if the row was written since.
   */
  private static String held(CullSql what, String columns) {
    return "select "
        + columns
        + " from backstop_backup b where "
        + what.condition()
        + " limit ? for update skip locked";
  }
}
