package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackstopBuilder;
import dev.backstop.testing.Outcome;
import dev.backstop.testing.Threads;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables, and how they come into being. */
class SchemaTest extends Fixture {
  private static final String HISTORY =
      "select count(*) from \"backstop_schema_history\" where \"type\" = 'SQL'";

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Source source = new Source("v1");

  /** A start that found no database in time would make no tables, and say so to nobody. */
  @Override
  BackstopBuilder builder() {
    return super.builder().backupTimeout(PATIENCE).failFast(true);
  }

  @Override
  HikariDataSource pool() {
    HikariDataSource pool = super.pool();
    pool.setConnectionTimeout(PATIENCE.toMillis());
    return pool;
  }

  @Test
  void start_makesNoHistoryOfAnApplication() throws Exception {
    open();
    assertThat(
            ask(
                "select count(*) from information_schema.tables where lower(table_name) ="
                    + " 'flyway_schema_history'"))
        .isEqualTo("0");
  }

  @Test
  void secondStart_migratesNothing() throws Exception {
    cache().get("k", source);
    String before = ask("select max(\"installed_on\") from \"backstop_schema_history\"");
    database.forgetStatements();
    BackedCache<String, String> restarted = afterRestart();
    assertThat(database.statements())
        .isNotEmpty()
        .noneMatch(sql -> sql.toLowerCase(Locale.ROOT).matches("(?s)\\s*(create|alter|drop) .*"));
    assertThat(ask("select max(\"installed_on\") from \"backstop_schema_history\""))
        .isEqualTo(before);
    assertThat(ask(HISTORY)).isEqualTo("2");
    assertThat(restarted.peek("k")).isPresent();
  }

  @Test
  void withoutMigrating_tablesThatAreThereServe() throws Exception {
    cache().get("k", source);
    database.forgetStatements();
    BackedCache<String, String> cache = cache(open(builder -> builder.migrate(false)));
    assertThat(database.statements())
        .isNotEmpty()
        .allMatch(sql -> sql.matches("(?si)select .*|update backstop_cache .*"));
    pastTtl();
    assertThat(cache.get("k", Source.failing())).isEqualTo("v1");
  }

  @Test
  void fourStartsAtOnceOnAnEmptyDatabase_allComeUp() throws Exception {
    for (int round = 0; round < 5; round++) {
      shared().clean();
      List<BackstopBuilder> builders = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        builders.add(builder().dataSource(pool()));
      }
      List<Outcome<Backstop>> outcomes =
          Threads.together(
              builders.stream()
                  .map(builder -> (java.util.concurrent.Callable<Backstop>) builder::build)
                  .toList());
      for (Outcome<Backstop> outcome : outcomes) {
        if (outcome.succeeded()) {
          closing(outcome.value());
        }
      }
      assertThat(outcomes).extracting(Outcome::failure).containsOnlyNulls();
      for (Outcome<Backstop> outcome : outcomes) {
        cache(outcome.value()).put("k", "v");
        outcome.value().close();
      }
      assertThat(ask(HISTORY)).isEqualTo("2");
    }
  }

  @Test
  void blobs_areBytesInTheRowAndNoLargeObjects() throws Exception {
    cache().get("k", source);
    assertThat(typeOf("backstop_backup", "blob"))
        .isEqualTo(isPostgres() ? "bytea" : "binary varying");
    if (isPostgres()) {
      assertThat(ask("select count(*) from pg_largeobject_metadata")).isEqualTo("0");
    }
    assertThat(ask("select octet_length(blob) from backstop_backup")).isEqualTo("4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "backstop_backup.created_at",
        "backstop_backup.last_access",
        "backstop_backup.expires_at",
        "backstop_backup.expired_at",
        "backstop_backup.last_modified",
        "backstop_cache.expired_before",
        "backstop_cache.cleared_before",
        "backstop_cache.alive_at"
      })
  void moments_haveATimeZoneAndMicroseconds(String column) throws Exception {
    open();
    String table = column.substring(0, column.indexOf('.'));
    String name = column.substring(table.length() + 1);
    assertThat(typeOf(table, name)).isEqualTo("timestamp with time zone");
    assertThat(ofColumn("datetime_precision", table, name)).isEqualTo("6");
  }

  @Test
  void keys_areComparedByTheirUnitsAndNotByALanguage() throws Exception {
    open();
    if (isPostgres()) {
      assertThat(ofColumn("collation_name", "backstop_backup", "cache_key")).isEqualTo("C");
      assertThat(ofColumn("collation_name", "backstop_backup", "cache_name")).isEqualTo("C");
      assertThat(ofColumn("collation_name", "backstop_cache", "cache_name")).isEqualTo("C");
    }
    BackedCache<String, String> cache = cache();
    for (String key : List.of("b", "B", "a", "A", "ä", "-")) {
      cache.put(key, key);
    }
    String listed =
        isPostgres() ? "string_agg(cache_key, '' " : "listagg(cache_key, '') within group (";
    assertThat(ask("select " + listed + "order by cache_key) from backstop_backup"))
        .isEqualTo("-ABabä");
  }

  @Test
  void noIndexIsOnLastAccess() throws Exception {
    open();
    try (Connection connection = shared().dataSource().getConnection()) {
      String table = isPostgres() ? "backstop_backup" : "BACKSTOP_BACKUP";
      List<String> indexed = new ArrayList<>();
      try (var rows = connection.getMetaData().getIndexInfo(null, null, table, false, false)) {
        while (rows.next()) {
          indexed.add(rows.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
        }
      }
      assertThat(indexed).containsOnly("cache_name", "cache_key", "expires_at");
    }
  }

  @Test
  void status_tellsOfEveryCache() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.put("a", "v1");
    cache.put("b", "v22");
    cache.put("c", "v333");
    cache.remove("c");
    String status = "select %s from backstop_status where cache_name = 'feeds'";
    assertThat(ask(status.formatted("backups"))).isEqualTo("2");
    assertThat(ask(status.formatted("bytes"))).isEqualTo("9"); // "v1" and "v22", with their quotes
    assertThat(ask(status.formatted("tombstones"))).isEqualTo("1");
    assertThat(ask(status.formatted("oldest < newest"))).isIn("t", "TRUE");
    // The view goes by the database's own time, which is past that of the tests.
    assertThat(ask(status.formatted("past_ttl"))).isEqualTo("2");
    cache.clear();
    assertThat(ask("select count(*) from backstop_status")).isEqualTo("0");
    cache.put("d", "v");
    assertThat(ask(status.formatted("backups"))).isEqualTo("1");
  }

  @Test
  void unknownDatabase_isNamed() {
    DataSource oracle =
        as(
            DataSource.class,
            pool(),
            "getConnection",
            connection ->
                as(
                    Connection.class,
                    connection,
                    "getMetaData",
                    metaData ->
                        as(
                            DatabaseMetaData.class,
                            metaData,
                            "getDatabaseProductName",
                            name -> "Oracle")));
    assertThatThrownBy(() -> builder().dataSource(oracle).build())
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("The database must be PostgreSQL or H2, was Oracle");
  }

  /** The same, but for what one method returns. */
  private static <T> T as(
      Class<T> type, Object real, String method, java.util.function.UnaryOperator<Object> change) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, called, arguments) -> {
              Object result = called.invoke(real, arguments);
              return called.getName().equals(method) ? change.apply(result) : result;
            }));
  }

  static boolean isPostgres() throws SQLException {
    try (Connection connection = shared().dataSource().getConnection()) {
      return connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
    }
  }

  private static String typeOf(String table, String column) throws SQLException {
    return ofColumn("data_type", table, column).toLowerCase(Locale.ROOT);
  }

  private static String ofColumn(String what, String table, String column) throws SQLException {
    return ask(
        "select "
            + what
            + " from information_schema.columns where lower(table_name) = ? and"
            + " lower(column_name) = ?",
        table,
        column);
  }
}
