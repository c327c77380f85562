package dev.backstop.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.LoadContext;
import dev.backstop.Policy;
import dev.backstop.testing.CountingDataSource;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Outcome;
import dev.backstop.testing.Sql;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What writing backups costs PostgreSQL, by its own counts. */
class WriterIT {
  private static final int THREADS = 64;
  private static final int BLOB = 100_000;

  private static PostgresDatabase database;
  private Backstop backstop;

  @BeforeAll
  static void createDatabase() {
    database = PostgresDatabase.create();
  }

  @AfterAll
  static void dropDatabase() {
    database.close();
  }

  @BeforeEach
  void open() {
    backstop =
        Backstop.builder()
            .jdbcUrl(database.jdbcUrl())
            .username(database.username())
            .password(database.password())
            .build();
  }

  @AfterEach
  void close() {
    backstop.close();
    database.clean();
  }

  /** The first is being written until all wait, so it is not the machine's speed that is tested. */
  @Test
  void sixtyFourConcurrentFirstLoads_areAtMostSixteenCommits() throws Exception {
    CountingDataSource way = new CountingDataSource(database.dataSource());
    try (Backstop held =
        Backstop.builder().dataSource(way).backupTimeout(Eventually.LIMIT).build()) {
      BackedCache<Integer, String> cache = cache(held);
      Gate writing = new Gate();
      way.holdNextAnswer("backstop_backup", writing);
      List<Started<String>> loads = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int key = thread;
        loads.add(Threads.start(() -> cache.get(key, () -> "value")));
      }
      writing.awaitEntered();
      Eventually.holds(() -> held.writes().waiting() == THREADS, "all of them wait");
      long before = nextTransaction();
      writing.open();
      for (Started<String> load : loads) {
        assertThat(load.join()).isEqualTo("value");
      }
      assertThat(nextTransaction() - before - 1).isBetween(1L, 15L); // that one is committed
      checkRows(THREADS);
    }
  }

  @Test
  void manyLoadsOfSixtyFourThreads_areAtLeastSixteenRowsPerCommit() throws Exception {
    int loadsPerThread = 40;
    BackedCache<Integer, String> cache = cache(backstop);
    List<Callable<String>> threads = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      int first = thread * loadsPerThread;
      threads.add(
          () -> {
            for (int key = first; key < first + loadsPerThread; key++) {
              cache.get(key, () -> "value");
            }
            return "done";
          });
    }
    long before = nextTransaction();
    assertThat(Threads.together(threads)).allMatch(Outcome::succeeded);
    long commits = nextTransaction() - before - 1; // asking is a transaction, too
    assertThat(commits).isBetween(1L, THREADS * loadsPerThread / 16L);
    checkRows(THREADS * loadsPerThread);
  }

  private static BackedCache<Integer, String> cache(Backstop backstop) {
    return backstop.cache(CacheSpec.of("feeds", Integer.class, String.class));
  }

  private static void checkRows(int rows) throws SQLException {
    assertThat(ask("select count(*) from backstop_backup")).isEqualTo(Integer.toString(rows));
  }

  /** The blob is stored outside of its row, and a new version of the row still points to it. */
  @Test
  void anUnchangedBlob_isNotWrittenAgain() throws Exception {
    BackedCache<String, byte[]> cache =
        backstop.cache(CacheSpec.of("feeds", String.class, byte[].class));
    byte[] incompressible = new byte[BLOB];
    new Random(1).nextBytes(incompressible);
    cache.put("k", incompressible);
    cache.put("k", incompressible); // what follows a checkpoint is logged in full
    long unchanged = walOf(() -> cache.put("k", incompressible));
    assertThat(unchanged).isLessThan(BLOB / 10);
    incompressible[0]++;
    long changed = walOf(() -> cache.put("k", incompressible));
    assertThat(changed).isGreaterThan(BLOB);
  }

  @Test
  void aValueThatWasNotModified_isNotWrittenAgain() throws Exception {
    BackedCache<String, byte[]> cache =
        backstop.cache(CacheSpec.of("feeds", String.class, byte[].class));
    byte[] incompressible = new byte[BLOB];
    new Random(1).nextBytes(incompressible);
    cache.put("k", incompressible);
    cache.expire("k");
    cache.getWith("k", LoadContext::notModified, Policy.unset()); // as above
    cache.expire("k");
    String stamp = ask("select created_at from backstop_backup");
    long kept = walOf(() -> cache.getWith("k", LoadContext::notModified, Policy.unset()));
    assertThat(kept).isBetween(1L, BLOB / 10L);
    assertThat(ask("select created_at from backstop_backup")).isNotEqualTo(stamp);
  }

  private static long walOf(Runnable work) throws SQLException {
    long before = wal();
    work.run();
    return wal() - before;
  }

  private static long wal() throws SQLException {
    return Long.parseLong(ask("select pg_current_wal_insert_lsn() - '0/0'::pg_lsn"));
  }

  private static long nextTransaction() throws SQLException {
    return Long.parseLong(ask("select pg_current_xact_id()::text"));
  }

  private static String ask(String query) throws SQLException {
    return Sql.ask(database.dataSource(), query);
  }
}
