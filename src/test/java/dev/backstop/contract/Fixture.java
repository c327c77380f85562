package dev.backstop.contract;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackstopBuilder;
import dev.backstop.CacheSpec;
import dev.backstop.Policy;
import dev.backstop.testing.CountingDataSource;
import dev.backstop.testing.FakeClock;
import dev.backstop.testing.Sql;
import dev.backstop.testing.TestDatabase;
import dev.backstop.testing.TestDatabases;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * A database, a clock and what a test opens on them. One database serves a class; each test begins
 * with empty tables.
 */
abstract class Fixture {
  /** System property: the Jakarta Persistence provider that the build chose. */
  private static final String PROVIDER = "dev.backstop.testing.provider";

  static final Duration TTL = Duration.ofMinutes(5);
  static final Duration STAND_IN_TIME = TTL.dividedBy(2);
  static final Duration MOMENT = Duration.ofSeconds(1);

  /** How long one call may wait for the database here; generous, as it is only met in a bug. */
  static final Duration BACKUP_TIMEOUT = Duration.ofSeconds(5);

  /** How long the pool asks a database that refuses; this is what an outage costs a test. */
  private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(1);

  private static @Nullable TestDatabase shared;

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  final FakeClock clock = new FakeClock();
  CountingDataSource database;

  @BeforeAll
  static void createDatabase() {
    shared = TestDatabases.create();
  }

  @AfterAll
  static void dropDatabase() {
    shared.close();
  }

  @BeforeEach
  void countStatements() {
    database = new CountingDataSource(shared.dataSource());
  }

  @AfterEach
  void closeAllAndEmptyTheTables() throws Exception {
    database.restore();
    closeAll();
    shared.clean();
  }

  /** The database, past the pool and its counts. */
  static TestDatabase shared() {
    return shared;
  }

  static @Nullable String ask(String query, Object... parameters) throws SQLException {
    return Sql.ask(shared.dataSource(), query, parameters);
  }

  static void run(String... statements) throws SQLException {
    Sql.run(shared.dataSource(), statements);
  }

  /** Makes k1, k2 … of the one row there is; the expressions may count them by n. */
  static void multiplyTheRow(int rows, String lastAccess, String expiresAt, String format)
      throws SQLException {
    run(
        "insert into backstop_backup (cache_name, cache_key, blob, created_at, last_access,"
            + " expires_at, codec, format, blob_bytes) select cache_name, 'k' || n, blob,"
            + " created_at, %s, %s, codec, %s, 51 + mod(n, 99)"
                .formatted(lastAccess, expiresAt, format)
            + (" from backstop_backup, generate_series(1, %d) as numbers(n)".formatted(rows)),
        "delete from backstop_backup where cache_key = 'template'");
  }

  /** Opens a Backstop on a pool of its own, which ends with the test. */
  Backstop open() {
    return open(builder -> builder);
  }

  Backstop open(UnaryOperator<BackstopBuilder> settings) {
    return closing(settings.apply(builder().dataSource(pool())).build());
  }

  /** The Jakarta Persistence provider that the build chose, or null. */
  static @Nullable String provider() {
    return System.getProperty(PROVIDER);
  }

  BackstopBuilder builder() {
    BackstopBuilder builder = Backstop.builder().clock(clock).backupTimeout(BACKUP_TIMEOUT);
    String provider = provider();
    return provider == null ? builder : builder.persistenceProvider(provider);
  }

  /** A pool over the counting data source. */
  HikariDataSource pool() {
    HikariConfig config = new HikariConfig();
    config.setDataSource(database);
    config.setMaximumPoolSize(4);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(CONNECTION_TIMEOUT.toMillis());
    config.setInitializationFailTimeout(-1);
    return closing(new HikariDataSource(config));
  }

  <T extends AutoCloseable> T closing(T resource) {
    opened.push(resource);
    return resource;
  }

  /** A cache of texts on a Backstop of its own. */
  BackedCache<String, String> cache() {
    return cache(open());
  }

  static BackedCache<String, String> cache(Backstop backstop) {
    return backstop.cache(CacheSpec.of("feeds", String.class, String.class).ttl(TTL));
  }

  BackedCache<String, String> cache(Policy policy) {
    return open().cache(CacheSpec.of("feeds", String.class, String.class).policy(policy));
  }

  /** Ends the ttl of what was loaded before. */
  void pastTtl() {
    clock.advance(TTL.plus(MOMENT));
  }

  /** Leaves nothing but backups: a new Backstop, as after a restart. */
  BackedCache<String, String> afterRestart() throws Exception {
    closeAll();
    return cache();
  }

  void closeAll() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }
}
