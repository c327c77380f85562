package dev.backstop.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.FakeClock;
import dev.backstop.testing.Sql;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What it costs PostgreSQL to write down accesses, by its own figures. */
class AccessHotIT {
  private static final Duration IDLE = Duration.ofHours(12);
  private static final String TABLE = "'backstop_backup'::regclass";
  private static final String TOAST =
      "(select reltoastrelid from pg_class where oid = 'backstop_backup'::regclass)";

  private static PostgresDatabase database;
  private final FakeClock clock = new FakeClock();

  @BeforeAll
  static void create() {
    database = PostgresDatabase.create();
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  @BeforeEach
  void empty() {
    database.clean();
  }

  /**
   * Three in a hundred keys at a time: no key is noted more often than 24 times in 12 hours, which
   * is each 30 beats. Where four rows fill a page there is not always room for one more.
   */
  @ParameterizedTest
  @CsvSource({"100, 100", "1000, 100", "100000, 100"})
  void anAccess_changesNoIndex_andNoBlob(int size, int atLeastPercent) throws Exception {
    int accesses = 0;
    try (Backstop backstop = open()) {
      BackedCache<String, String> cache = cache(backstop);
      Random random = new Random(1);
      for (int i = 0; i < 500; i++) {
        cache.put("k" + i, incompressible(random, size));
      }
      for (int round = 0; round < 4; round++) {
        clock.advance(Duration.ofMinutes(31));
        for (int i = 0; i < 500; i++) {
          if (random.nextInt(100) < 3) {
            cache.get("k" + i, () -> "never loaded");
            accesses++;
          }
        }
        backstop.cullNow(); // writes them down
      }
    }
    awaitFigures();
    assertThat(figure(TABLE, "n_tup_upd")).isEqualTo(accesses).isGreaterThan(40);
    assertThat(figure(TABLE, "n_tup_hot_upd"))
        .isBetween(accesses * atLeastPercent / 100L, (long) accesses);
    assertThat(figure(TOAST, "n_tup_ins")).isEqualTo(size < 2_000 ? 0 : 500 * (size / 1_996 + 1));
    assertThat(figure(TOAST, "n_tup_upd + n_tup_del")).isZero();
  }

  @Test
  void aMillionHitsInOneIdleTime_areAtMost25Updates() throws Exception {
    try (Backstop backstop = open()) {
      BackedCache<String, String> cache = cache(backstop);
      cache.put("k", "v");
      for (int i = 0; i < 1_000; i++) {
        for (int j = 0; j < 1_000; j++) {
          cache.get("k", () -> "never loaded");
        }
        clock.advance(IDLE.dividedBy(1_000));
        if (i % 10 == 0) {
          backstop.cullNow();
        }
      }
    }
    awaitFigures();
    assertThat(figure(TABLE, "n_tup_upd")).isBetween(20L, 25L);
    assertThat(figure(TABLE, "n_tup_hot_upd")).isEqualTo(figure(TABLE, "n_tup_upd"));
  }

  private Backstop open() {
    return Backstop.builder()
        .clock(clock)
        .cullIdleAfter(IDLE)
        .dataSource(database.dataSource())
        .build();
  }

  private static BackedCache<String, String> cache(Backstop backstop) {
    return backstop.cache(
        CacheSpec.of("feeds", String.class, String.class).ttl(Duration.ofDays(365)));
  }

  private static String incompressible(Random random, int size) {
    StringBuilder text = new StringBuilder();
    while (text.length() < size) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  /** A session reports its figures when it ends, at the latest. */
  private static void awaitFigures() {
    Eventually.holds(
        () ->
            ask(
                    "select count(*) from pg_stat_activity where datname = current_database()"
                        + " and backend_type = 'client backend' and pid <> pg_backend_pid()")
                == 0,
        "all sessions end");
  }

  private static long figure(String table, String what) {
    return ask("select " + what + " from pg_stat_all_tables where relid = " + table);
  }

  private static long ask(String query) {
    try {
      return Long.parseLong(Sql.ask(database.dataSource(), query));
    } catch (SQLException e) {
      throw new AssertionError(query, e);
    }
  }
}
