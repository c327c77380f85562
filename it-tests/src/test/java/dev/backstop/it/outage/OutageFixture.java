package dev.backstop.it.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackstopBuilder;
import dev.backstop.BackupUnavailableException;
import dev.backstop.CacheSpec;
import dev.backstop.Loader;
import dev.backstop.it.PostgresDatabase;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Logged;
import dev.backstop.testing.Sql;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A database with backups that no fast tier knows, and what a test opens on it. */
abstract class OutageFixture {
  /** What callers wait at most, once. */
  static final Duration BOUND = Duration.ofMillis(500);

  /** Who took longer has waited for the database. */
  private static final long WAITED_NANOS = BOUND.toNanos() * 9 / 10;

  /** Who tells of each connection that breaks, with its stack. */
  private static final List<Logger> TALKATIVE =
      List.of(Logger.getLogger("com.zaxxer.hikari"), Logger.getLogger("org.hibernate"));

  private static final int SEEDS = 100;
  private static final int CALLS = 50;

  static PostgresDatabase database;

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private int seeds;
  private int loads;
  Logged logged;

  /** The ways to open Backstop. */
  enum Way {
    JDBC_URL,
    DATA_SOURCE,
    POOL_OF_ONE
  }

  @BeforeAll
  static void createDatabase() throws SQLException {
    database = PostgresDatabase.create();
    Sql.run(database.dataSource(), "create schema faults");
    try (Backstop backstop =
        Backstop.builder()
            .jdbcUrl(database.jdbcUrl())
            .username(database.username())
            .password(database.password())
            .backupTimeout(Duration.ofSeconds(30))
            .build()) {
      for (int i = 0; i < SEEDS; i++) {
        cache(backstop).put("seed-" + i, "backup " + i);
      }
    }
  }

  @AfterAll
  static void dropDatabase() {
    database.close();
  }

  @BeforeEach
  void log() {
    TALKATIVE.forEach(logger -> logger.setLevel(Level.OFF));
    logged = new Logged();
  }

  @AfterEach
  void closeAll() throws Exception {
    try {
      closeNow();
    } finally {
      logged.close();
      TALKATIVE.forEach(logger -> logger.setLevel(null));
    }
    run("delete from backstop_backup where cache_key not like 'seed-%'");
  }

  /** Closes what ends with the test, for who has to clean up after it. */
  void closeNow() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  /** A Backstop that ends with the test. */
  Backstop open(Way way) {
    return open(way, database.jdbcUrl());
  }

  Backstop open(Way way, String jdbcUrl) {
    return open(way, jdbcUrl, builder -> builder.backupTimeout(BOUND));
  }

  Backstop open(Way way, String jdbcUrl, UnaryOperator<BackstopBuilder> settings) {
    BackstopBuilder builder = settings.apply(Backstop.builder());
    return closing(
        switch (way) {
          case JDBC_URL ->
              builder
                  .jdbcUrl(jdbcUrl)
                  .username(database.username())
                  .password(database.password())
                  .build();
          case DATA_SOURCE -> builder.dataSource(pool(4, jdbcUrl)).build();
          case POOL_OF_ONE -> builder.dataSource(pool(1, jdbcUrl)).migrate(false).build();
        });
  }

  /** A pool as applications have it: it asks for a connection for half a minute. */
  HikariDataSource pool(int size, String jdbcUrl) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(jdbcUrl);
    config.setUsername(database.username());
    config.setPassword(database.password());
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(0);
    config.setInitializationFailTimeout(-1);
    HikariDataSource pool = new HikariDataSource(config);
    opened.push(
        () -> {
          Eventually.holds(
              () -> pool.getHikariPoolMXBean().getActiveConnections() == 0, "all are given back");
          pool.close();
        });
    return pool;
  }

  <T extends AutoCloseable> T closing(T resource) {
    opened.push(resource);
    return resource;
  }

  static BackedCache<String, String> cache(Backstop backstop) {
    return backstop.cache(CacheSpec.of("feeds", String.class, String.class));
  }

  BackedCache<String, String> cache(Way way) {
    return cache(open(way));
  }

  /** A source that is down, which says so by the same exception each time. */
  static final class Down implements Loader<String, IOException> {
    final IOException failure = new IOException("The source is down");

    @Override
    public String load() throws IOException {
      throw failure;
    }
  }

  /** A key of which there is a backup in the table, and nothing in this process; each once. */
  String seed() {
    return "seed-" + seeds++;
  }

  /** The source fails, and the backup is in the table. */
  void assertStandsIn(BackedCache<String, String> cache) throws IOException {
    String key = seed();
    assertThat(cache.get(key, new Down())).isEqualTo(key.replace("seed-", "backup "));
  }

  /** The source fails, the backup is in the table, and the table is out of reach. */
  void assertOwnException(BackedCache<String, String> cache) {
    Down down = new Down();
    assertThatThrownBy(() -> cache.get(seed(), down)).isSameAs(down.failure);
  }

  static void assertUnavailable(ThrowingCallable change) {
    assertThatThrownBy(change).isInstanceOf(BackupUnavailableException.class);
  }

  static boolean hasWaitedSince(long began) {
    return System.nanoTime() - began > WAITED_NANOS;
  }

  /** How many of many gets, with loads of new keys, waited for the database. */
  int waitedOfLoads(BackedCache<String, String> cache) {
    int waited = 0;
    for (int i = 0; i < CALLS; i++) {
      String key = "load-" + loads++;
      long began = System.nanoTime();
      assertThat(cache.get(key, () -> "loaded " + key)).isEqualTo("loaded " + key);
      waited += hasWaitedSince(began) ? 1 : 0;
    }
    return waited;
  }

  /** How many calls of every kind waited for the database that is out. */
  int waitedWhileOut(BackedCache<String, String> cache) {
    int waited = waitedOfLoads(cache);
    for (int i = 0; i < 10; i++) {
      String key = "change-" + i;
      long began = System.nanoTime();
      assertOwnException(cache);
      assertThat(cache.peek("unknown " + i)).isEmpty();
      assertUnavailable(() -> cache.put(key, "put"));
      assertThat(cache.get(key, () -> "loaded")).isEqualTo("put"); // it holds nevertheless
      assertUnavailable(() -> cache.add("added", "never", Duration.ofMinutes(1)));
      waited += hasWaitedSince(began) ? 1 : 0;
    }
    return waited;
  }

  /** All that was loaded is in the table. */
  void awaitLoads() {
    Eventually.holds(
        () -> count("cache_key like 'load-%' and blob is not null") == loads, "all is written");
  }

  /** There was one outage, and it is over. */
  void assertOneOutage() {
    Eventually.holds(() -> !logged.messages(Level.INFO).isEmpty(), "backups are back");
    assertThat(logged.messages(Level.WARNING)).hasSize(1);
    assertThat(logged.messages(Level.INFO)).containsExactly("Backups are back");
  }

  void assertNoOutage() {
    assertThat(logged.messages(Level.WARNING)).isEmpty();
    assertThat(logged.messages(Level.INFO)).isEmpty();
  }

  static void run(String... statements) throws SQLException {
    Sql.run(database.dataSource(), statements);
  }

  static @Nullable String ask(String query, Object... parameters) {
    try {
      return Sql.ask(database.dataSource(), query, parameters);
    } catch (SQLException e) {
      throw new AssertionError(query, e);
    }
  }

  static long count(String where) {
    return Long.parseLong("" + ask("select count(*) from backstop_backup where " + where));
  }

  /** Every write of a row first runs this, of which the test says what it does. */
  static void beforeEachRow(String plpgsql) throws SQLException {
    run(
        "create or replace function faults.strike() returns trigger language plpgsql as $$begin "
            + plpgsql
            + " return new; end$$",
        "create or replace trigger strike before insert or update on backstop_backup"
            + " for each row execute function faults.strike()");
  }
}
