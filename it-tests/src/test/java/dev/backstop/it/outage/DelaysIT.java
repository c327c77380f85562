package dev.backstop.it.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.logging.Level;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The network takes its time, on both legs or on one alone. */
@Tag("reliability")
class DelaysIT extends OutageFixture {
  private static final Duration BOUND = Duration.ofSeconds(1);

  /** Long enough that nobody misses it, whatever the machine does. */
  private static final Duration PATIENT = Duration.ofSeconds(5);

  private static final Duration NOTICEABLE = Duration.ofMillis(50);
  private static final Duration TOO_LONG = Duration.ofMillis(1_200);
  private static final int CALLS = 3;
  private static final int HITS = 10_000;

  private FlakyNetwork network;

  @BeforeEach
  void connect() throws IOException {
    network = closing(new FlakyNetwork(database.jdbcUrl()));
  }

  private Backstop throughTheNetwork(Way way, Duration bound) {
    return open(way, network.jdbcUrl(), builder -> builder.backupTimeout(bound));
  }

  /** What is slow and quick enough is no outage, and costs a hit nothing. */
  @ParameterizedTest
  @EnumSource
  void withinTheBound_allWorksAndIsNoOutage(Way way) throws Exception {
    BackedCache<String, String> cache = cache(throughTheNetwork(way, PATIENT));
    network.toServer().delay(NOTICEABLE);
    network.toClient().delay(NOTICEABLE);
    for (int i = 0; i < CALLS; i++) {
      String key = "k-" + i;
      long began = System.nanoTime();
      cache.put(key, "put");
      assertThat(System.nanoTime() - began).isGreaterThan(2 * NOTICEABLE.toNanos());
      assertThat(count("cache_key = '" + key + "'")).isEqualTo(1);
      assertStandsIn(cache);
      assertThat(cache.get("load-of-" + i, () -> "loaded")).isEqualTo("loaded");
    }
    long began = System.nanoTime();
    for (int i = 0; i < HITS; i++) {
      assertThat(cache.get("k-0", () -> "never asked")).isEqualTo("put");
    }
    assertThat((System.nanoTime() - began) / HITS).isLessThan(NOTICEABLE.toNanos() / 100);
    assertNoOutage();
  }

  /** On one leg alone, so that the answers of the database's clock are late. */
  @ParameterizedTest
  @EnumSource(names = {"JDBC_URL", "DATA_SOURCE"})
  void pastTheBound_itIsOneOutageHoweverLongItLasts(Way way) throws Exception {
    Backstop backstop = throughTheNetwork(way, BOUND);
    BackedCache<String, String> cache = cache(backstop);
    assertStandsIn(cache);
    network.toClient().delay(TOO_LONG);
    long began = System.nanoTime();
    assertUnavailable(() -> cache.put("k", "put"));
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(BOUND.multipliedBy(3));
    Eventually.holds(() -> count("cache_key = 'k'") == 1, "it is written, slowly");
    assertThat(waitedWhileOut(cache)).isZero();
    long bytes = network.toServer().passed();
    Eventually.holds(() -> network.toServer().passed() > bytes + 2_000, "it is tried again");
    assertThat(waitedWhileOut(cache)).isZero();
    assertThat(logged.messages(Level.WARNING)).hasSize(1);
    assertThat(logged.messages(Level.INFO)).isEmpty();
    network.toClient().delay(Duration.ZERO);
    awaitLoads();
    assertOneOutage();
    assertStandsIn(cache);
  }
}
