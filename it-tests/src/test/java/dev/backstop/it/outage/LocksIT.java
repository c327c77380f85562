package dev.backstop.it.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Outcome;
import dev.backstop.testing.Threads;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Someone else's transaction has locked what is to be written. */
class LocksIT extends OutageFixture {
  private static final Duration BOUND = Duration.ofSeconds(1);

  private Connection holding(String statement) throws SQLException {
    Connection holder = closing(database.dataSource().getConnection());
    holder.setAutoCommit(false);
    try (Statement lock = holder.createStatement()) {
      lock.execute(statement);
    }
    return holder;
  }

  @ParameterizedTest
  @EnumSource(names = {"JDBC_URL", "POOL_OF_ONE"})
  void aRow_keepsNoOtherRowWaiting(Way way) throws Exception {
    Backstop backstop = open(way, database.jdbcUrl(), builder -> builder.backupTimeout(BOUND));
    BackedCache<String, String> cache = cache(backstop);
    cache.put("locked", "before");
    cache.expire("locked");
    Connection holder =
        holding("select 1 from backstop_backup where cache_key = 'locked' for update");
    List<Callable<Long>> calls = new ArrayList<>();
    calls.add(() -> nanos(() -> cache.get("locked", () -> "loaded")));
    for (int i = 0; i < 20; i++) {
      String key = "free-" + i;
      calls.add(() -> nanos(() -> cache.get(key, () -> "loaded")));
    }
    List<Outcome<Long>> waited = Threads.together(calls);
    assertThat(waited.subList(1, waited.size()))
        .allSatisfy(
            call -> assertThat(Duration.ofNanos(call.value())).isLessThan(BOUND.dividedBy(2)));
    assertThat(count("cache_key like 'free-%'")).isEqualTo(20);
    assertUnavailable(() -> cache.put("locked", "put"));
    assertThat(cache.get("locked", () -> "never asked")).isEqualTo("put");
    cache.put("free", "put");
    assertStandsIn(cache);
    holder.rollback();
    Eventually.holds(() -> backstop.writes().waiting() == 0, "what was locked is written");
    assertNoOutage();
    try (Backstop later = open(Way.DATA_SOURCE)) {
      assertThat(cache(later).peek("locked").orElseThrow().value()).isEqualTo("put");
    }
  }

  private static long nanos(Callable<String> call) throws Exception {
    long began = System.nanoTime();
    assertThat(call.call()).isEqualTo("loaded");
    return System.nanoTime() - began;
  }

  /** As by a VACUUM FULL or a migration. */
  @ParameterizedTest
  @EnumSource
  void theTable_isAnOutage(Way way) throws Exception {
    BackedCache<String, String> cache = cache(way);
    assertStandsIn(cache);
    Connection holder = holding("lock table backstop_backup in access exclusive mode");
    assertOwnException(cache);
    assertThat(waitedWhileOut(cache)).isZero();
    holder.rollback();
    awaitLoads();
    assertOneOutage();
    assertStandsIn(cache);
  }

  /**
   * The server goes on waiting for whoever has left: one probe a second would soon take them all.
   */
  @Test
  void theTableForLong_takesNoConnectionForEachProbe() throws Exception {
    BackedCache<String, String> cache = cache(Way.JDBC_URL);
    assertStandsIn(cache);
    Connection holder = holding("lock table backstop_backup in access exclusive mode");
    assertOwnException(cache);
    cache.get("load", () -> "loaded");
    Eventually.holds(() -> secondsLocked() > 5, "it was probed often");
    assertThat(waiting()).as("a read, a write, a probe").isBetween(1L, 3L);
    holder.rollback();
    assertOneOutage();
  }

  /** As by a CREATE INDEX: reads go on. */
  @Test
  void theTableForWritesAlone_isAnOutageOfWrites() throws Exception {
    BackedCache<String, String> cache = cache(Way.JDBC_URL);
    Connection holder = holding("lock table backstop_backup in share mode");
    assertThat(waitedOfLoads(cache)).isEqualTo(1);
    Eventually.holds(() -> cache.peek("seed-99").isPresent(), "it is read again");
    assertUnavailable(() -> cache.put("k", "v"));
    assertStandsIn(cache);
    holder.rollback();
    awaitLoads();
    assertOneOutage();
  }

  private static long waiting() {
    return Long.parseLong(
        ""
            + ask(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                    + " and datname = current_database()"));
  }

  private static double secondsLocked() {
    return Double.parseDouble(
        ""
            + ask(
                "select extract(epoch from now() - xact_start) from pg_stat_activity"
                    + " where state = 'idle in transaction' and datname = current_database()"));
  }
}
