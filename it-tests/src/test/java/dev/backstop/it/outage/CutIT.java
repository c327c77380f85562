package dev.backstop.it.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BulkLoader;
import dev.backstop.Policy;
import dev.backstop.testing.Effort;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Tally;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A connection ends in the middle of what it carries: another one does it at once. */
@Tag("reliability")
class CutIT extends OutageFixture {
  /** Long enough that nobody misses it, whatever the machine does. */
  private static final Duration PATIENT = Duration.ofSeconds(5);

  private static final Duration TTL = Duration.ofHours(1);

  /** Well inside of what is read or written below. */
  private static final int MIDDLE = 300_000;

  private FlakyNetwork network;

  @BeforeEach
  void connect() throws IOException {
    network = closing(new FlakyNetwork(database.jdbcUrl()));
  }

  private Backstop patiently(Way way) {
    return open(way, network.jdbcUrl(), builder -> builder.backupTimeout(PATIENT));
  }

  @ParameterizedTest
  @EnumSource
  void inTheMiddleOfALargeBackup_itIsReadByAnother(Way way) throws Exception {
    String large = "v".repeat(1_000_000);
    try (Backstop before = patiently(Way.JDBC_URL)) {
      cache(before).put("large", large);
    }
    BackedCache<String, String> cache = cache(patiently(way));
    assertStandsIn(cache);
    network.toClient().cutAfter(MIDDLE);
    assertThat(cache.get("large", new Down())).isEqualTo(large);
    assertNoOutage();
  }

  @ParameterizedTest
  @EnumSource
  void inTheMiddleOfManyRows_allAreReadByAnother(Way way) throws Exception {
    try (Backstop before = patiently(Way.JDBC_URL)) {
      cache(before).putAll(many(), TTL);
    }
    BackedCache<String, String> cache = cache(patiently(way));
    assertStandsIn(cache);
    network.toClient().cutAfter(MIDDLE);
    IOException down = new IOException("The source is down");
    BulkLoader<String, String, IOException> loader =
        keys -> {
          throw down;
        };
    assertThat(cache.getAll(many().keySet(), loader, Policy.ttl(TTL))).isEqualTo(many());
    assertNoOutage();
  }

  @ParameterizedTest
  @EnumSource
  void inTheMiddleOfABatch_allIsWrittenByAnother(Way way) throws Exception {
    BackedCache<String, String> cache = cache(patiently(way));
    assertStandsIn(cache);
    network.toServer().cutAfter(MIDDLE);
    cache.putAll(many(), TTL);
    assertThat(count("cache_key like 'many-%' and blob is not null")).isEqualTo(many().size());
    assertNoOutage();
  }

  private static Map<String, String> many() {
    Map<String, String> many = new TreeMap<>();
    for (int i = 0; i < 100; i++) {
      many.put("many-" + i, (i + "-").repeat(4_000));
    }
    return many;
  }

  /** Then it knows none, and sets each connection to none that the driver knows, if it is let. */
  @Test
  void asThePoolAsksForItsIsolation_theNextConnectionsAreWhole() throws Exception {
    network.cutInsteadOfAnswerTo("TRANSACTION ISOLATION LEVEL");
    Backstop backstop = patiently(Way.JDBC_URL);
    cache(backstop).get("k", () -> "loaded");
    Eventually.holds(() -> count("cache_key = 'k'") == 1, "it is written");
    assertThat(network.isLosing()).isFalse();
    assertStandsIn(cache(backstop));
  }

  /** While it connects, migrates, checks the tables and reads for the first time. */
  @Test
  void atAnyByteOfTheStart_itIsAnOutageAtMost() throws Exception {
    int cuts = Effort.of(3, 300);
    long toServer = network.toServer().passed();
    long toClient = network.toClient().passed();
    start();
    toServer = network.toServer().passed() - toServer;
    toClient = network.toClient().passed() - toClient;
    int outages = 0;
    for (int i = 0; i < cuts; i++) {
      network.toServer().cutAfter(toServer * (2L * i + 1) / (2L * cuts));
      outages += start();
      network.toClient().cutAfter(toClient * (2L * i + 1) / (2L * cuts));
      outages += start();
    }
    Tally.note(
        getClass(),
        "atAnyByteOfTheStart: "
            + 2 * cuts
            + " starts that were cut, of "
            + toServer
            + " and "
            + toClient
            + " bytes, "
            + outages
            + " outages");
  }

  /** Starts in a schema that is empty; returns how many outages it had. */
  private int start() throws SQLException {
    run("drop schema if exists anew cascade", "create schema anew");
    String url = network.jdbcUrl();
    int before = logged.messages(Level.WARNING).size();
    try (Backstop backstop =
        Backstop.builder()
            .jdbcUrl(url + (url.contains("?") ? "&" : "?") + "currentSchema=anew")
            .username(database.username())
            .password(database.password())
            .backupTimeout(PATIENT)
            .build()) {
      cache(backstop).get("k", () -> "loaded");
      Eventually.holds(
          () -> backstop.writes().waiting() == 0 && backstop.writes().written() > 0,
          "it is written");
    }
    assertThat(ask("select count(*) from anew.backstop_backup")).isEqualTo("1");
    assertThat(ask("select string_agg(success::text, ',') from anew.backstop_schema_history"))
        .isEqualTo("true,true");
    int outages = logged.messages(Level.WARNING).size() - before;
    assertThat(outages).isLessThanOrEqualTo(1);
    return outages;
  }
}
