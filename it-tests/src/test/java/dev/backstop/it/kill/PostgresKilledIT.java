package dev.backstop.it.kill;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.Backstop;
import dev.backstop.BackstopBuilder;
import dev.backstop.it.PostgresDatabase;
import dev.backstop.it.PostgresServer;
import dev.backstop.it.kill.Waits.Call;
import dev.backstop.testing.Effort;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Logged;
import dev.backstop.testing.Sql;
import dev.backstop.testing.Tally;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * PostgreSQL is killed in the middle of the work of many threads, and started again. Half of them
 * work on a Backstop with a pool of its own, half on one with a pool that it was given.
 */
@Tag("reliability")
class PostgresKilledIT {
  private static final int THREADS = 8;
  private static final Duration BOUND = Duration.ofSeconds(1);

  /** How long anything may take that is waited for here. */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final List<Logger> TALKATIVE =
      List.of(
          Logger.getLogger("com.zaxxer.hikari"),
          Logger.getLogger("org.hibernate"),
          Logger.getLogger("io.zonky"));

  private final PostgresServer server = PostgresServer.ofItsOwn();
  private final PostgresDatabase database = PostgresDatabase.create(server);
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private int midWrite;
  private Logged logged;

  @BeforeEach
  void silence() {
    TALKATIVE.forEach(logger -> logger.setLevel(Level.OFF));
    logged = new Logged();
  }

  @AfterEach
  void stop() {
    logged.close();
    server.stop();
    TALKATIVE.forEach(logger -> logger.setLevel(null));
  }

  @Test
  void inTheMiddleOfWork_losesNothingAcknowledged_andNobodyWhoGetsNotices() throws Exception {
    int kills = Effort.of(3, 100);
    try (HikariDataSource pool = pool();
        Backstop one =
            builder("one").cullEvery(Duration.ofMillis(300)).backupTimeout(BOUND).build();
        Backstop other =
            Backstop.builder().dataSource(pool).namespace("other").backupTimeout(BOUND).build()) {
      List<Work> works =
          List.of(
              new Work(one, new Journal(), THREADS, false),
              new Work(other, new Journal(), THREADS, false));
      works.forEach(work -> work.start(random.nextLong()));
      for (int i = 0; i < kills; i++) {
        killOnce(works, i % 3 == 2);
      }
      for (Work work : works) {
        work.end();
        assertThatAllWasWritten(work);
        assertThatNobodyWaited(work);
      }
      check(works, History::held);
      works.forEach(work -> note(kills, work));
    } catch (Throwable failure) {
      failure.addSuppressed(new AssertionError("The seed was " + seed));
      throw failure;
    }
    assertThatEachOutageWasLoggedTwice();
    Eventually.holds(() -> "0".equals(connections()), "no connection is left");
  }

  /**
   * Kills it, or one of its processes: it then ends all others, and recovers by itself. Checks what
   * is in the tables before those who were interrupted have written it again: half of the keys are
   * left as they are until then.
   */
  private void killOnce(List<Work> works, boolean isOneProcess) throws Exception {
    for (Work work : works) {
      long before = work.journal.acknowledged();
      until(works, () -> work.journal.acknowledged() > before + 50, "changes are acknowledged");
    }
    pause(random.nextInt(300));
    midWrite += works.stream().anyMatch(work -> work.changing.get() > 0) ? 1 : 0;
    if (isOneProcess) {
      killOneProcess(works);
    } else {
      server.kill();
      works.forEach(work -> work.keepsStill = true);
      pause(random.nextInt(1_500));
      server.start();
    }
    until(works, this::answers, "the server is there again");
    check(works, History::durable);
    works.forEach(work -> work.keepsStill = false);
  }

  private void killOneProcess(List<Work> works) throws Exception {
    try (Connection witness = database.dataSource().getConnection()) {
      server.killBackend(backend());
      works.forEach(work -> work.keepsStill = true);
      until(works, () -> isBroken(witness), "the server has ended its other processes");
    }
  }

  private static boolean isBroken(Connection witness) {
    try {
      return !witness.isValid(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** By Backstops that know nothing but the tables. */
  private void check(List<Work> works, Function<History, History.Floor> floorOf) {
    try (Backstop one = builder("one").build();
        Backstop other = builder("other").build()) {
      works.get(0).checkBy(one, floorOf);
      works.get(1).checkBy(other, floorOf);
    }
  }

  /** Whoever writes, if somebody does. */
  private long backend() throws SQLException {
    String query =
        "select pid from pg_stat_activity where datname = ? and pid <> pg_backend_pid()"
            + " order by state = 'active' desc, query_start desc limit 1";
    return Long.parseLong("" + Sql.ask(server.dataSource(), query, database.name()));
  }

  private boolean answers() {
    try {
      return "1".equals(Sql.ask(database.dataSource(), "select 1"));
    } catch (SQLException recovering) {
      return false;
    }
  }

  private static void until(List<Work> works, BooleanSupplier holds, String what) throws Exception {
    boolean held = Eventually.within(LIMIT, holds);
    for (Work work : works) {
      work.failIfAnyFailed();
    }
    assertThat(held).as(what).isTrue();
  }

  /** The moment of a fault is by chance: there is nothing to wait for. */
  private static void pause(int millis) {
    Eventually.within(Duration.ofMillis(millis), () -> false);
  }

  private static void assertThatAllWasWritten(Work work) {
    assertThat(Eventually.within(LIMIT, () -> work.backstop.writes().waiting() == 0)).isTrue();
    assertThat(work.backstop.writes().refused() + work.backstop.writes().dropped()).isZero();
  }

  private static void assertThatNobodyWaited(Work work) {
    Duration machine = Duration.ofMillis(500).plus(work.longestStall().multipliedBy(3));
    assertThat(work.waits.longest(Call.HIT)).isLessThan(machine);
    assertThat(work.waits.longest(Call.LOAD)).isLessThan(machine.plus(BOUND));
    assertThat(work.waits.longest(Call.CHANGE)).isLessThan(machine.plus(BOUND));
    // For a connection, and for its answer.
    assertThat(work.waits.longest(Call.STAND_IN)).isLessThan(machine.plus(BOUND).plus(BOUND));
  }

  private void assertThatEachOutageWasLoggedTwice() {
    assertThat(logged.messages(Level.SEVERE)).isEmpty();
    assertThat(logged.messages(Level.WARNING)).allMatch(line -> line.startsWith("Backups "));
    assertThat(logged.messages(Level.INFO)).containsOnly("Backups are back");
    assertThat(logged.messages(Level.INFO)).hasSameSizeAs(logged.messages(Level.WARNING));
  }

  private String connections() {
    try {
      return ""
          + Sql.ask(
              server.dataSource(),
              "select count(*) from pg_stat_activity where datname = ?",
              database.name());
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private void note(int kills, Work work) {
    Tally.note(
        PostgresKilledIT.class,
        "PostgreSQL killed: %d kills, %d of them with changes under way; %d changes acknowledged of"
                .formatted(kills, midWrite, work.journal.acknowledged())
            + " %d, %d hits (the longest %d ms), %d loads (the longest %d ms)"
                .formatted(
                    work.waits.count(Call.CHANGE),
                    work.waits.count(Call.HIT),
                    work.waits.longest(Call.HIT).toMillis(),
                    work.waits.count(Call.LOAD),
                    work.waits.longest(Call.LOAD).toMillis()));
  }

  private BackstopBuilder builder(String namespace) {
    return Backstop.builder()
        .jdbcUrl(database.jdbcUrl())
        .username(database.username())
        .password(database.password())
        .namespace(namespace)
        .backupTimeout(Duration.ofSeconds(10))
        .failFast(true);
  }

  /** A pool as applications have it: it asks for a connection for half a minute. */
  private HikariDataSource pool() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(database.jdbcUrl());
    config.setUsername(database.username());
    config.setPassword(database.password());
    config.setMaximumPoolSize(8);
    config.setMinimumIdle(0);
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
  }
}
