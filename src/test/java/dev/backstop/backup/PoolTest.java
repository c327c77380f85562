package dev.backstop.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Sql;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.h2.jdbcx.JdbcDataSource;
import org.h2.tools.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pool of our own, and what it makes of its URL. */
class PoolTest {
  private static final String WRITE_DELAY =
      "select setting_value from information_schema.settings where setting_name = 'WRITE_DELAY'";

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "jdbc:h2:./b, ;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE",
    "jdbc:h2:mem:b, ;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE",
    "jdbc:h2:file:~/b;MODE=PostgreSQL, ;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE",
    "jdbc:h2:./b;WRITE_DELAY=500, ;DB_CLOSE_ON_EXIT=FALSE",
    "jdbc:h2:./b;write_delay=500, ;DB_CLOSE_ON_EXIT=FALSE",
    "jdbc:h2:./b;DB_CLOSE_ON_EXIT=TRUE, ;WRITE_DELAY=0",
    "jdbc:h2:./b;Db_Close_On_Exit=TRUE;MODE=MySQL, ;WRITE_DELAY=0",
    "jdbc:h2:./b;db_close_on_exit=true;write_delay=1, ''",
    "jdbc:h2:./WRITE_DELAY=1/b, ;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE",
    "jdbc:h2:tcp://localhost/b, ''",
    "jdbc:h2:ssl://localhost/b;MODE=MySQL, ''",
    "jdbc:postgresql://localhost/b, ''",
  })
  void durable_addsWhatIsNotGiven(String url, String added) {
    assertThat(Pool.durable(url)).isEqualTo(url + added);
  }

  @Test
  void databaseInAFile_writesAtOnce() throws Exception {
    String url = "jdbc:h2:" + directory.resolve("backups");
    try (Backstop backstop = Backstop.builder().jdbcUrl(url).failFast(true).build()) {
      checkThatItServes(backstop);
      assertThat(Sql.ask(asUser(url, ""), WRITE_DELAY)).isEqualTo("0");
    }
  }

  @Test
  void settingThatIsGiven_stays() throws Exception {
    String url = "jdbc:h2:" + directory.resolve("backups");
    try (Backstop backstop =
        Backstop.builder().jdbcUrl(url + ";write_delay=250").failFast(true).build()) {
      checkThatItServes(backstop);
      assertThat(Sql.ask(asUser(url, ""), WRITE_DELAY)).isEqualTo("250");
    }
  }

  @Test
  void databaseOnAServer_serves() throws Exception {
    Server server = start();
    try {
      String url = "jdbc:h2:tcp://localhost:" + server.getPort() + "/backups";
      try (Backstop backstop =
          Backstop.builder().jdbcUrl(url).username("sa").password("").failFast(true).build()) {
        checkThatItServes(backstop);
      }
    } finally {
      server.stop();
    }
  }

  /** The settings of a database are its administrator's: they are left as they are. */
  @Test
  void databaseOnAServer_servesAUserWithoutAdminRights() throws Exception {
    Server server = start();
    try {
      String url = "jdbc:h2:tcp://localhost:" + server.getPort() + "/backups";
      Backstop.builder().jdbcUrl(url).username("sa").failFast(true).build().close();
      Sql.run(
          asUser(url, "sa"),
          "create user app password ''",
          "grant select, insert, update, delete on schema public to app");
      try (Backstop backstop =
          Backstop.builder()
              .jdbcUrl(url)
              .username("app")
              .password("")
              .migrate(false)
              .failFast(true)
              .build()) {
        checkThatItServes(backstop);
      }
    } finally {
      server.stop();
    }
  }

  /** Somebody else, with other settings, has the database open already. */
  @Test
  void databaseOnAServerThatOthersHaveOpen_serves() throws Exception {
    Server server = start();
    String url = "jdbc:h2:tcp://localhost:" + server.getPort() + "/backups";
    try (var others = asUser(url + ";WRITE_DELAY=300", "sa").getConnection()) {
      assertThat(others.isValid(1)).isTrue();
      try (Backstop backstop =
          Backstop.builder().jdbcUrl(url).username("sa").failFast(true).build()) {
        checkThatItServes(backstop);
      }
    } finally {
      server.stop();
    }
  }

  private Server start() throws SQLException {
    return Server.createTcpServer(
            "-tcpPort", "0", "-baseDir", directory.toString(), "-ifNotExists", "-tcpDaemon")
        .start();
  }

  private static void checkThatItServes(Backstop backstop) {
    BackedCache<String, String> cache =
        backstop.cache(CacheSpec.of("feeds", String.class, String.class).ttl(Duration.ofHours(1)));
    cache.put("k", "v"); // throws if it is not in the database
    assertThat(cache.peek("k")).isPresent();
  }

  private static JdbcDataSource asUser(String url, String user) {
    JdbcDataSource dataSource = new JdbcDataSource();
    dataSource.setURL(url);
    dataSource.setUser(user);
    dataSource.setPassword("");
    return dataSource;
  }

  private static final Gate COLD = new Gate();

  /** What a connection of the test below runs first; H2 calls only what is public. */
  public static final class WarmUp {
    private WarmUp() {}

    public static int run() throws InterruptedException {
      COLD.enter();
      return 0;
    }
  }

  @Test
  void firstConnectionInThisProcess_mayTakeLongerThanACallerWaits() throws Exception {
    String url =
        "jdbc:h2:mem:cold;INIT=create alias if not exists warm_up for '%s.run'\\;call warm_up()"
            .formatted(WarmUp.class.getName());
    Duration patience = Duration.ofMillis(250);
    Started<Backstop> opening =
        Threads.start(
            () -> Backstop.builder().jdbcUrl(url).backupTimeout(patience).failFast(true).build());
    COLD.awaitEntered();
    assertThat(Eventually.within(patience.multipliedBy(3), opening::isDone)).isFalse();
    COLD.open();
    try (Backstop backstop = opening.join()) {
      checkThatItServes(backstop);
    }
  }
}
