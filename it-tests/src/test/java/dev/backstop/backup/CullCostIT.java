package dev.backstop.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.Backstop;
import dev.backstop.clock.Micros;
import dev.backstop.it.PartitionByHash;
import dev.backstop.it.PostgresDatabase;
import dev.backstop.testing.FakeClock;
import dev.backstop.testing.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a slice costs on PostgreSQL. In this package to explain the very statements of a cull. */
class CullCostIT {
  private static final Dialect SQL = new PostgresDialect();
  private static final int SLICE = 500;
  private static final int PARTITIONS = 16;
  private static final long START = Micros.of(FakeClock.START);
  private static final Pattern BUFFERS =
      Pattern.compile("\"Shared Hit Blocks\": (\\d+),\\s+\"Shared Read Blocks\": (\\d+)");

  /** With its partitions, if there are any. */
  private static final String TABLE =
      """
      any (array(select 'backstop_backup'::regclass::oid
        union all select inhrelid from pg_inherits where inhparent = 'backstop_backup'::regclass))""";

  private static final String TOAST =
      "(select reltoastrelid from pg_class where oid = 'backstop_backup'::regclass)";

  private static PostgresDatabase database;

  @BeforeAll
  static void create() {
    database = PostgresDatabase.create();
    Backstop.builder().dataSource(database.dataSource()).build().close(); // makes the tables
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  /** What a slice did, all of it rolled back. */
  private record Cost(int deleted, int buffers) {}

  /**
   * A slice looks at one page for each row, and touches five more for each that goes: to lock it,
   * to delete it, and what is shared. Only in the small table some of the rows share their pages.
   */
  @Test
  void aSlice_costsAsMuchInATableAHundredTimesAsLarge() throws Exception {
    Map<String, Cost> small = slicesOf(10_000);
    Map<String, Cost> large = slicesOf(1_000_000);
    assertThat(small.get("idle").deleted()).isEqualTo(SLICE);
    assertThat(small.get("idle, few").deleted()).isEqualTo(100);
    assertThat(small.get("idle, none").deleted()).isZero();
    assertThat(small.get("tombstones").deleted()).isEqualTo(SLICE);
    assertThat(small.get("cleared").deleted()).isEqualTo(SLICE);
    assertThat(small.get("excess").deleted()).isEqualTo(300);
    for (Map<String, Cost> costs : List.of(small, large)) {
      costs.forEach(
          (slice, cost) ->
              assertThat(cost.buffers())
                  .as("buffers: " + slice)
                  .isLessThanOrEqualTo(SLICE + 5 * cost.deleted() + 50));
    }
    assertThat(large.keySet()).isEqualTo(small.keySet());
    small.forEach(
        (slice, cost) -> {
          Cost other = large.get(slice);
          assertThat(other.deleted()).as(slice).isEqualTo(cost.deleted());
          assertThat(other.buffers())
              .as("buffers: " + slice)
              .isLessThanOrEqualTo(2 * cost.buffers());
        });
  }

  /** The index of each partition is descended, no more: a row is looked for in its own only. */
  @Test
  void aSlice_costsLittleMoreInAPartitionedTable() throws Exception {
    Map<String, Cost> plain = slicesOf(100_000);
    PartitionByHash.run(database.dataSource(), PARTITIONS);
    Map<String, Cost> partitioned;
    try {
      partitioned = slicesOf(100_000);
    } finally {
      PartitionByHash.run(database.dataSource(), 0);
    }
    plain.forEach(
        (slice, cost) -> {
          Cost other = partitioned.get(slice);
          assertThat(other.deleted()).as(slice).isEqualTo(cost.deleted());
          assertThat(other.buffers())
              .as("buffers: " + slice)
              .isLessThanOrEqualTo(cost.buffers() * 11 / 10 + 5 * PARTITIONS);
        });
  }

  /**
   * A row that goes takes its blob with it, which PostgreSQL finds by an index, once for each. So
   * no more is looked at than that, and nothing at all before the delete.
   */
  @Test
  void noBlobIsRead() throws Exception {
    Sql.run(
        database.dataSource(),
        "truncate backstop_backup",
        """
        insert into backstop_backup (cache_name, cache_key, blob, created_at, last_access,
          expires_at, codec, format, blob_bytes)
        select 'feeds', 'k' || n, (select decode(string_agg(md5(n || '.' || i), ''), 'hex')
            from generate_series(1, 300) i),
          start, start + n %% 2 * interval '1 year', start, 'json', 1, 4800
        from (select n, timestamptz '%s' as start from generate_series(1, 1000) n) s"""
            .formatted(FakeClock.START),
        "vacuum analyze backstop_backup");
    try (Connection connection = database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      long now = START + 1;
      Doomed idle = Doomed.idle("", now, now, now);
      List<Object> parameters = parameters(connection, idle, CullIndex.EXPIRY.start());
      explain(connection, idle.sql().count(), parameters.subList(0, parameters.size() - 1));
      Excess excess = Excess.of(connection, "feeds", new CacheLimit(10, 10), START - 1, START - 1);
      assertThat(excess.deletions()).isEqualTo(1_000);
      assertThat(touched(connection, TOAST, "seq_scan + idx_scan")).isZero();
      explain(connection, sql(idle), parameters);
      assertThat(touched(connection, TABLE, "n_tup_del")).isEqualTo(SLICE);
      assertThat(touched(connection, TOAST, "n_tup_del")).isEqualTo(3 * SLICE);
      assertThat(touched(connection, TOAST, "seq_scan + idx_scan")).isEqualTo(SLICE);
      connection.rollback();
    }
  }

  /**
   * Fills the table, and measures one slice of each kind. By expiry, the first 40 % are past their
   * ttl and were accessed all the same, then follow 10 % that are idle and 10 % tombstones; the
   * rest is fresh. Neither the heap nor the keys are in that order: no two rows of a slice are
   * neighbours.
   */
  private static Map<String, Cost> slicesOf(int rows) throws SQLException {
    Sql.run(
        database.dataSource(),
        "truncate backstop_backup",
        """
        insert into backstop_backup (cache_name, cache_key, blob, created_at, last_access,
          expires_at, codec, format, blob_bytes)
        select 'feeds', 'k' || lpad(n::text, 7, '0'),
          case when r >= 0.5 * %1$d and r < 0.6 * %1$d then null
            else decode(repeat(md5(n::text), 6), 'hex') end,
          start + r * interval '1 second',
          start + r * interval '1 second' + case when r < 0.4 * %1$d then interval '1 year' else '0' end,
          start + r * interval '1 second', 'json', 1, 96
        from (select n, (n::bigint * 7919) %% %1$d as r, timestamptz '%2$s' as start
          from generate_series(0, %1$d - 1) n) s"""
            .formatted(rows, FakeClock.START),
        "vacuum analyze backstop_backup");
    long now = seconds(rows * 6 / 10);
    long idle = seconds(rows * 4 / 10);
    Map<String, Cost> costs = new LinkedHashMap<>();
    costs.put("idle", cull(Doomed.idle("", now, now, now), Micros.utc(idle)));
    costs.put(
        "idle, few",
        cull(Doomed.idle("", idle + seconds(100) - START, now, now), Micros.utc(idle)));
    costs.put("idle, none", cull(Doomed.idle("", now, now, now), CullIndex.EXPIRY.start()));
    costs.put("tombstones", cull(Doomed.tombstones("", now), Micros.utc(seconds(rows / 2))));
    costs.put("cleared", cull(Doomed.cleared("feeds", now + now), "k0001"));
    Excess.Last all = new Excess.Last(Micros.utc(Micros.END_OF_TIME), "");
    costs.put("excess", cull(Doomed.excess("feeds", all, now), "k0001"));
    return costs;
  }

  private static long seconds(long seconds) {
    return START + seconds * 1_000_000;
  }

  private static Cost cull(Doomed doomed, Object from) throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      String plan = explain(connection, sql(doomed), parameters(connection, doomed, from));
      assertThat(plan).containsPattern(indexOf(doomed)).doesNotContain("Seq Scan");
      assertThat(touched(connection, TABLE, "seq_scan")).isZero();
      Matcher buffers = BUFFERS.matcher(plan); // of the top of the plan, which is all of it
      assertThat(buffers.find()).isTrue();
      Cost cost =
          new Cost(
              touched(connection, TABLE, "n_tup_del"),
              Integer.parseInt(buffers.group(1)) + Integer.parseInt(buffers.group(2)));
      connection.rollback();
      return cost;
    }
  }

  private static String sql(Doomed doomed) {
    return doomed.sql() == CullSql.EXCESS ? SQL.cullExcess() : SQL.cull(doomed.sql());
  }

  private static String indexOf(Doomed doomed) {
    return doomed.sql().index() == CullIndex.KEY
        ? "\"backstop_backup_(pk|0_of_16_pkey)\""
        : "\"backstop_backup_(expires_at|0_of_16_expires_at_idx)\"";
  }

  private static List<Object> parameters(Connection connection, Doomed doomed, Object from)
      throws SQLException {
    List<Object> parameters = new ArrayList<>(List.of(doomed.name(), from));
    parameters.add(endOfWindow(connection, doomed, from));
    parameters.addAll(doomed.own());
    parameters.add(SLICE);
    if (doomed.sql() == CullSql.EXCESS) {
      parameters.addAll(List.of(300L, 0L));
    }
    return parameters;
  }

  private static Object endOfWindow(Connection connection, Doomed doomed, Object from)
      throws SQLException {
    String sql = doomed.sql().index().window();
    String plan = explain(connection, sql, List.of(doomed.within(), from));
    assertThat(plan).containsPattern(indexOf(doomed)).doesNotContain("Seq Scan");
    try (PreparedStatement window = connection.prepareStatement(sql)) {
      window.setObject(1, doomed.within());
      window.setObject(2, from);
      try (ResultSet end = window.executeQuery()) {
        end.next();
        assertThat(end.getInt(2)).isPositive();
        return end.getObject(1, doomed.sql().index().type());
      }
    }
  }

  private static String explain(Connection connection, String sql, List<Object> parameters)
      throws SQLException {
    try (PreparedStatement explain =
        connection.prepareStatement("explain (analyze, buffers, format json) " + sql)) {
      for (int i = 0; i < parameters.size(); i++) {
        explain.setObject(i + 1, parameters.get(i));
      }
      try (ResultSet plan = explain.executeQuery()) {
        plan.next();
        return plan.getString(1);
      }
    }
  }

  /** What this transaction did to a table so far. */
  private static int touched(Connection connection, String table, String what) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select coalesce(sum("
                    + what
                    + "), 0) from pg_stat_xact_all_tables where relid = "
                    + table)) {
      row.next();
      return row.getInt(1);
    }
  }
}
