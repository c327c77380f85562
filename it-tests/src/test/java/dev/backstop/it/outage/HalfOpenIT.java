package dev.backstop.it.outage;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One direction is dead, or single connections are, and nobody is told. */
@Tag("reliability")
class HalfOpenIT extends OutageFixture {
  /** As in {@link HangingIT}. */
  private static final Duration LONGEST = Duration.ofMillis(2_500);

  private FlakyNetwork network;

  @BeforeEach
  void connect() throws IOException {
    network = closing(new FlakyNetwork(database.jdbcUrl()));
  }

  private BackedCache<String, String> throughTheNetwork(Way way) {
    return cache(open(way, network.jdbcUrl()));
  }

  private Leg leg(String direction) {
    return direction.equals("to the server") ? network.toServer() : network.toClient();
  }

  @ParameterizedTest
  @CsvSource({
    "JDBC_URL, to the server",
    "DATA_SOURCE, to the client",
    "POOL_OF_ONE, to the client"
  })
  void aReadOfWhichOneLegIsDead_isWaitedForByOneCaller(Way way, String direction) throws Exception {
    BackedCache<String, String> cache = throughTheNetwork(way);
    assertStandsIn(cache);
    leg(direction).hold();
    long began = System.nanoTime();
    assertOwnException(cache);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONGEST);
    assertThat(waitedWhileOut(cache)).isZero();
    leg(direction).goOn();
    awaitLoads();
    assertOneOutage();
    assertStandsIn(cache);
  }

  /** To the client: the table has it, and nobody here knows. */
  @ParameterizedTest
  @CsvSource({
    "JDBC_URL, to the client",
    "DATA_SOURCE, to the server",
    "POOL_OF_ONE, to the client"
  })
  void aWriteOfWhichOneLegIsDead_isWaitedForByOneCaller(Way way, String direction)
      throws Exception {
    BackedCache<String, String> cache = throughTheNetwork(way);
    assertStandsIn(cache);
    leg(direction).hold();
    long began = System.nanoTime();
    assertThat(cache.get("first", () -> "loaded")).isEqualTo("loaded");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONGEST);
    assertThat(count("cache_key = 'first'")).isEqualTo(direction.equals("to the client") ? 1 : 0);
    assertThat(waitedWhileOut(cache)).isZero();
    leg(direction).goOn();
    awaitLoads();
    assertOneOutage();
    assertThat(count("cache_key = 'first'")).isEqualTo(1);
    assertStandsIn(cache);
  }

  /**
   * What a firewall does to connections that were idle for long: the next are whole. A write that
   * is under way on a dead one has half a minute, so it is told.
   */
  @Test
  void connectionsThatAreDead_areGivenUpAndReplaced() throws Exception {
    BackedCache<String, String> cache = throughTheNetwork(Way.JDBC_URL);
    assertThatDeadConnectionsAreReplaced(cache);
  }

  /** Whoever asked gives it back, though the pool has no timeout of its own. */
  @Test
  void theOnlyConnectionThatIsDead_isGivenUpAndReplaced() throws Exception {
    HikariDataSource pool = pool(1, network.jdbcUrl());
    pool.setMinimumIdle(1); // or it makes another only for who asks later
    BackedCache<String, String> cache =
        cache(
            closing(
                Backstop.builder().dataSource(pool).migrate(false).backupTimeout(BOUND).build()));
    assertThatDeadConnectionsAreReplaced(cache);
  }

  private void assertThatDeadConnectionsAreReplaced(BackedCache<String, String> cache)
      throws Exception {
    assertStandsIn(cache);
    cache.put("settled", "put");
    network.forget();
    long began = System.nanoTime();
    assertOwnException(cache);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONGEST);
    Eventually.holds(() -> cache.peek("seed-99").isPresent(), "it is read by another one");
    assertThat(waitedOfLoads(cache)).isLessThanOrEqualTo(1);
    network.cut();
    awaitLoads();
    assertOneOutage();
    assertStandsIn(cache);
  }
}
