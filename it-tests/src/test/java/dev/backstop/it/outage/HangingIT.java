package dev.backstop.it.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.BackupUnavailableException;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The network swallows what is sent, and tells nobody: what a firewall or a dead switch does. */
class HangingIT extends OutageFixture {
  /**
   * A driver counts its timeouts in seconds; connecting and answering may hang one after another.
   */
  private static final Duration LONGEST = Duration.ofMillis(2_500);

  private FlakyNetwork network;

  @BeforeEach
  void connect() throws IOException {
    network = closing(new FlakyNetwork(database.jdbcUrl()));
  }

  private BackedCache<String, String> throughTheNetwork(Way way) {
    return cache(open(way, network.jdbcUrl()));
  }

  @ParameterizedTest
  @EnumSource
  void connectionsThatHang_areWaitedForByBuildAlone(Way way) throws Exception {
    network.hold();
    long began = System.nanoTime();
    BackedCache<String, String> cache = throughTheNetwork(way);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONGEST);
    assertThat(waitedWhileOut(cache)).isZero();
    network.goOn();
    awaitLoads();
    assertOneOutage();
    assertStandsIn(cache);
  }

  @ParameterizedTest
  @EnumSource
  void aReadThatHangs_isWaitedForByOneCaller(Way way) throws Exception {
    BackedCache<String, String> cache = throughTheNetwork(way);
    assertStandsIn(cache);
    network.hold();
    long began = System.nanoTime();
    assertOwnException(cache);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONGEST);
    assertThat(waitedWhileOut(cache)).isZero();
    network.goOn();
    awaitLoads();
    assertOneOutage();
    assertStandsIn(cache);
  }

  @ParameterizedTest
  @EnumSource
  void aWriteThatHangs_isWaitedForByOneCaller(Way way) throws Exception {
    BackedCache<String, String> cache = throughTheNetwork(way);
    assertStandsIn(cache);
    network.hold();
    long began = System.nanoTime();
    assertThat(cache.get("first", () -> "loaded")).isEqualTo("loaded");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONGEST);
    assertThat(waitedWhileOut(cache)).isZero();
    network.goOn();
    awaitLoads();
    assertOneOutage();
    assertThat(count("cache_key = 'first'")).isEqualTo(1);
    assertStandsIn(cache);
  }

  @Test
  void connectionsThatAreCutWhileTheyHang_areReplaced() throws Exception {
    BackedCache<String, String> cache = throughTheNetwork(Way.DATA_SOURCE);
    network.hold();
    assertThat(waitedOfLoads(cache)).isLessThanOrEqualTo(1);
    network.cut();
    network.goOn();
    awaitLoads();
    assertOneOutage();
    assertStandsIn(cache);
  }

  /** The table has it, but nobody here knows. */
  @Test
  void aWriteWhoseAnswerIsLost_isWrittenAgainAndChangesNothing() throws Exception {
    beforeEachRow("perform pg_sleep(0.2);");
    try {
      BackedCache<String, String> cache = throughTheNetwork(Way.JDBC_URL);
      Started<Void> put =
          Threads.start(
              () -> {
                cache.put("k", "v");
                return null;
              });
      Eventually.holds(
          () ->
              !"0"
                  .equals(
                      ask("select count(*) from pg_stat_activity where wait_event = 'PgSleep'")),
          "the database writes");
      network.hold();
      assertThat(put.outcome().failure()).isInstanceOf(BackupUnavailableException.class);
      assertThat(count("cache_key = 'k'")).isEqualTo(1);
      network.cut();
      network.goOn();
      assertOneOutage();
      assertThat(cache.peek("k").orElseThrow().value()).isEqualTo("v");
    } finally {
      run("drop trigger strike on backstop_backup");
    }
  }
}
