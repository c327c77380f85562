package dev.backstop.it.outage;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Sql;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Backends are terminated, by an administrator or a failover: another connection does it at once.
 */
class TerminatedIT extends OutageFixture {
  private static final String OTHERS =
      "select count(pg_terminate_backend(pid)) from pg_stat_activity"
          + " where datname = current_database() and pid <> pg_backend_pid()";

  /** Long enough that nobody misses it, whatever the machine does. */
  private static final Duration PATIENT = Duration.ofSeconds(3);

  @AfterEach
  void makeQuick() throws SQLException {
    run("drop trigger if exists strike on backstop_backup", "drop table if exists faults.seconds");
  }

  private BackedCache<String, String> patiently(Way way) {
    return cache(open(way, database.jdbcUrl(), builder -> builder.backupTimeout(PATIENT)));
  }

  @ParameterizedTest
  @EnumSource
  void betweenCalls_nobodyNotices(Way way) throws Exception {
    BackedCache<String, String> cache = patiently(way);
    for (int i = 0; i < 5; i++) {
      ask(OTHERS);
      assertStandsIn(cache);
      ask(OTHERS);
      cache.put("put " + i, "v");
      ask(OTHERS);
      assertThat(cache.get("load " + i, () -> "v")).isEqualTo("v");
    }
    assertThat(count("cache_key like 'put %' or cache_key like 'load %'")).isEqualTo(10);
    assertNoOutage();
  }

  @ParameterizedTest
  @EnumSource
  void inTheMiddleOfAWrite_itIsWrittenOnAnotherConnection(Way way) throws Exception {
    run("create table faults.seconds as select 60 as n");
    beforeEachRow("perform pg_sleep(n) from faults.seconds;");
    BackedCache<String, String> cache = patiently(way);
    Started<Void> put =
        Threads.start(
            () -> {
              cache.put("k", "v");
              return null;
            });
    Eventually.holds(() -> secondsSlept() > 1, "the database writes, and a while has passed");
    run("update faults.seconds set n = 0");
    ask(OTHERS + " and wait_event = 'PgSleep'");
    put.join();
    assertThat(count("cache_key = 'k'")).isEqualTo(1);
    assertNoOutage();
  }

  /** What the idle_session_timeout of a server does to a pool. */
  @Test
  void becauseTheyWereIdle_nobodyNotices() throws Exception {
    HikariDataSource pool = pool(1, database.jdbcUrl());
    BackedCache<String, String> cache =
        cache(
            closing(
                Backstop.builder().dataSource(pool).migrate(false).backupTimeout(PATIENT).build()));
    Sql.run(pool, "set idle_session_timeout = 100");
    assertStandsIn(cache); // a pool looks closely only at what it has not given for half a second
    Eventually.holds(() -> sessions() == 0, "the idle session is ended");
    assertStandsIn(cache);
    assertNoOutage();
  }

  private static int sessions() {
    return Integer.parseInt(
        ""
            + ask(
                "select count(*) from pg_stat_activity where datname = current_database()"
                    + " and pid <> pg_backend_pid()"));
  }

  private static double secondsSlept() {
    return Double.parseDouble(
        ""
            + ask(
                "select coalesce(max(extract(epoch from clock_timestamp() - query_start)), 0)"
                    + " from pg_stat_activity where wait_event = 'PgSleep'"
                    + " and datname = current_database()"));
  }
}
