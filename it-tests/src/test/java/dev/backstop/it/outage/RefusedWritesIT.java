package dev.backstop.it.outage;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.testing.Eventually;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The database answers, and does not write: what is there stands in all the same. */
class RefusedWritesIT extends OutageFixture {
  private static final String TERMINATE =
      "select count(pg_terminate_backend(pid)) from pg_stat_activity"
          + " where datname = current_database() and pid <> pg_backend_pid()";

  @AfterEach
  void permit() throws SQLException {
    run("drop trigger if exists strike on backstop_backup");
  }

  /** The SQLState of a full disk, wherever this runs; {@link DiskFullIT} fills one. */
  @ParameterizedTest
  @EnumSource
  void becauseItsDiskIsFull_asItSays(Way way) throws Exception {
    BackedCache<String, String> cache = cache(way);
    beforeEachRow("raise exception 'could not extend file' using errcode = '53100';");
    assertOutageOfWritesAlone(cache, "could not extend file");
    permit();
    assertMadeUpFor(cache);
  }

  /** What a failover leaves for a while: a connection to what is a replica now. */
  @ParameterizedTest
  @EnumSource(names = {"JDBC_URL", "POOL_OF_ONE"})
  void becauseItIsReadOnly(Way way) throws Exception {
    BackedCache<String, String> cache = cache(way);
    String alter = "alter database " + database.name();
    run(alter + " set default_transaction_read_only = on");
    try {
      ask(TERMINATE);
      assertOutageOfWritesAlone(cache, "read-only transaction");
    } finally {
      run(
          "set default_transaction_read_only = off",
          alter + " reset default_transaction_read_only");
      ask(TERMINATE);
    }
    assertMadeUpFor(cache);
  }

  @Test
  void becauseItMayNot() throws Exception {
    String role = "writer_of_" + database.name(); // roles belong to the whole server
    run("create role " + role + " login password '" + role + "' in role pg_read_all_data");
    try {
      run("grant pg_write_all_data to " + role);
      HikariDataSource pool = pool(4, database.jdbcUrl());
      pool.setUsername(role);
      pool.setPassword(role);
      BackedCache<String, String> cache =
          cache(
              closing(
                  Backstop.builder().dataSource(pool).migrate(false).backupTimeout(BOUND).build()));
      assertThat(waitedOfLoads(cache)).isZero();
      run("revoke pg_write_all_data from " + role);
      assertOutageOfWritesAlone(cache, "permission denied");
      run("grant pg_write_all_data to " + role);
      assertMadeUpFor(cache);
    } finally {
      run("drop role " + role);
    }
  }

  /** Nothing is left to read; that it is said once is all that can be done. */
  @Test
  void becauseTheTableIsGone() throws Exception {
    BackedCache<String, String> cache = cache(Way.JDBC_URL);
    assertThat(waitedOfLoads(cache)).isZero();
    run("alter table backstop_backup rename to backstop_gone");
    try {
      assertThat(waitedOfLoads(cache)).isZero();
      assertOwnException(cache);
      assertThat(waitedWhileOut(cache)).isZero();
      assertThat(logged.messages(Level.WARNING))
          .singleElement()
          .asString()
          .contains("backstop_backup");
    } finally {
      run("alter table backstop_gone rename to backstop_backup");
    }
    assertMadeUpFor(cache);
  }

  /** An index that is damaged on one page, say: it is rebuilt some day, and nothing was lost. */
  @ParameterizedTest
  @EnumSource
  void becauseItIsDamagedThere_thatRowWaitsAndNoOther(Way way) throws Exception {
    Backstop backstop = open(way);
    BackedCache<String, String> cache = cache(backstop);
    beforeEachRow(
        "if new.cache_key = 'damaged' then"
            + " raise exception 'unexpected zero page' using errcode = 'XX002'; end if;");
    assertThat(cache.get("damaged", () -> "loaded")).isEqualTo("loaded");
    assertUnavailable(() -> cache.put("damaged", "put"));
    assertUnavailable(
        () -> cache.putAll(Map.of("damaged", "put", "other", "put"), Duration.ofHours(1)));
    assertThat(count("cache_key = 'other'")).isEqualTo(1);
    assertThat(waitedOfLoads(cache)).isZero();
    awaitLoads();
    assertThat(logged.messages(Level.SEVERE))
        .singleElement()
        .asString()
        .contains("damaged", "waits until it can be written");
    permit();
    Eventually.holds(
        () -> count("cache_key = 'damaged' and blob is not null") == 1, "it is written");
    assertThat(backstop.writes().refused()).isZero();
    assertNoOutage();
  }

  /**
   * Nobody waits, a change says so, reads go on, and it is told once, however often it is tried.
   */
  private void assertOutageOfWritesAlone(BackedCache<String, String> cache, String why)
      throws Exception {
    assertThat(waitedOfLoads(cache)).isZero();
    for (int i = 0; i < 10; i++) {
      String key = "change-" + i;
      assertUnavailable(() -> cache.put(key, "put"));
      assertThat(cache.get(key, () -> "loaded")).isEqualTo("put");
      assertStandsIn(cache);
    }
    long before = rollbacks();
    Eventually.holds(() -> rollbacks() > before, "it is tried again");
    assertStandsIn(cache);
    assertThat(logged.messages(Level.WARNING))
        .singleElement()
        .asString()
        .startsWith("Backups can't be written")
        .contains(why);
    assertThat(logged.messages(Level.INFO)).isEmpty();
  }

  private static long rollbacks() {
    return Long.parseLong(
        "" + ask("select xact_rollback from pg_stat_database where datname = current_database()"));
  }

  private void assertMadeUpFor(BackedCache<String, String> cache) throws Exception {
    awaitLoads();
    assertOneOutage();
    cache.put("after", "put");
    assertThat(count("cache_key = 'after'")).isEqualTo(1);
    assertStandsIn(cache);
  }
}
