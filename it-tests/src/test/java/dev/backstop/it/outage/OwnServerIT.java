package dev.backstop.it.outage;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupUnavailableException;
import dev.backstop.Entry;
import dev.backstop.testing.Effort;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Sql;
import dev.backstop.testing.Started;
import dev.backstop.testing.Tally;
import dev.backstop.testing.Threads;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done to a whole server: a PostgreSQL of this test alone. */
@Tag("reliability")
class OwnServerIT extends OutageFixture {
  /** Past a log-in, whatever the machine does. */
  private static final Duration BOUND = Duration.ofSeconds(2);

  private static final Duration PACE = Duration.ofMillis(20);

  @TempDir private Path folder;
  private EmbeddedPostgres server;

  @BeforeEach
  void start() throws Exception {
    server = ReplicatedServers.start(data(), 0);
  }

  @AfterEach
  void stop() throws Exception {
    closeNow();
    server.close();
  }

  private Path data() {
    return folder.resolve("data");
  }

  private String url() {
    return server.getJdbcUrl("postgres", "postgres");
  }

  private void sql(String... statements) throws Exception {
    Sql.run(server.getPostgresDatabase(), statements);
  }

  /** What takes its place in the pool's configuration is taken at once, without a restart. */
  @Test
  void aPasswordThatIsChanged_isAnOutageUntilThePoolHasIt() throws Exception {
    try (Backstop migrating = open(Way.JDBC_URL, url())) {
      for (int i = 0; i < 50; i++) {
        cache(migrating).put("seed-" + i, "backup " + i);
      }
    }
    sql(
        "create role app login password 'one' in role pg_read_all_data",
        "grant pg_write_all_data to app");
    Path hba = data().resolve("pg_hba.conf");
    Files.writeString(hba, "host all app 127.0.0.1/32 scram-sha-256\n" + Files.readString(hba));
    sql("select pg_reload_conf()");
    HikariDataSource pool =
        pool(4, "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres");
    pool.setUsername("app");
    pool.setPassword("one");
    pool.setConnectionTimeout(1_000);
    BackedCache<String, String> cache =
        cache(
            closing(
                Backstop.builder().dataSource(pool).migrate(false).backupTimeout(BOUND).build()));
    assertStandsIn(cache);
    sql(
        "alter role app password 'two'",
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app'");
    long began = System.nanoTime();
    assertOwnException(cache);
    assertThat(System.nanoTime() - began).isLessThan(5 * BOUND.toNanos());
    assertThat(waitedWhileOut(cache)).isZero();
    pool.setPassword("two");
    assertOneOutage();
    assertStandsIn(cache);
  }

  /** As a crash of the machine does; what it kills, see PostgresKilledIT. */
  @Test
  void anImmediateShutdown_losesNothingThatWasAcknowledged() throws Exception {
    Backstop backstop = open(Way.JDBC_URL, url());
    BackedCache<String, String> cache = cache(backstop);
    cache.put("hit", "v");
    AtomicBoolean isOver = new AtomicBoolean();
    List<Started<Integer>> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String key = "put-" + i;
      threads.add(Threads.start(() -> putUntil(isOver, cache, key)));
    }
    int shutdowns = Effort.of(2, 30);
    for (int i = 0; i < shutdowns; i++) {
      long written = backstop.writes().written();
      Eventually.holds(() -> backstop.writes().written() > written + 20, "they write");
      shutDownImmediately();
      server = ReplicatedServers.start(data(), server.getPort());
    }
    isOver.set(true);
    List<Integer> last = new ArrayList<>();
    for (Started<Integer> thread : threads) {
      last.add(thread.join());
    }
    Eventually.holds(() -> backstop.writes().waiting() == 0, "all is written");
    Eventually.holds(
        () -> logged.messages(Level.WARNING).size() == logged.messages(Level.INFO).size(),
        "each outage is over");
    assertThat(logged.messages(Level.WARNING)).hasSizeLessThanOrEqualTo(shutdowns);
    try (Backstop later = open(Way.JDBC_URL, url())) {
      for (int i = 0; i < last.size(); i++) {
        String found = cache(later).peek("put-" + i).map(Entry::value).orElse("-1");
        assertThat(Integer.parseInt(found)).isGreaterThanOrEqualTo(last.get(i));
      }
    }
    Tally.note(getClass(), "anImmediateShutdown: " + shutdowns + ", last puts " + last);
  }

  /** Returns the last that was acknowledged. */
  private static int putUntil(AtomicBoolean isOver, BackedCache<String, String> cache, String key)
      throws Exception {
    int acknowledged = -1;
    for (int i = 0; !isOver.get(); i++) {
      assertThat(cache.get("hit", () -> "never asked")).isEqualTo("v");
      try {
        cache.put(key, "" + i);
        acknowledged = i;
      } catch (BackupUnavailableException notDurable) {
        assertThat(cache.get(key, () -> "never asked")).isEqualTo("" + i);
        Eventually.within(PACE, isOver::get); // it says so at once
      }
    }
    return acknowledged;
  }

  private void shutDownImmediately() throws IOException, InterruptedException {
    String pid = Files.readAllLines(data().resolve("postmaster.pid")).get(0);
    assertThat(new ProcessBuilder("kill", "-QUIT", pid).start().waitFor()).isZero();
    Eventually.holds(
        () -> !ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false),
        "it is down");
    server.close();
  }
}
