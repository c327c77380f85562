package dev.backstop.it.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Entry;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Sql;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The primary is gone, and the standby that takes its place lags. */
@Tag("reliability")
class StandbyIT extends OutageFixture {
  /** Nobody misses it by chance, and a commit that hangs does. */
  private static final Duration BOUND = Duration.ofSeconds(2);

  @TempDir private Path folder;
  private ReplicatedServers servers;
  private FlakyNetwork network;

  @BeforeEach
  void start() throws Exception {
    servers = closing(new ReplicatedServers(folder));
    network = closing(new FlakyNetwork(servers.primaryUrl()));
  }

  /** What clients that look for the server that answers meet. */
  private void failOver() throws IOException {
    network.leadTo(servers.standbyUrl());
    network.cut();
  }

  private Backstop throughTheNetwork() {
    return open(Way.JDBC_URL, network.jdbcUrl(), builder -> builder.backupTimeout(BOUND));
  }

  private static BackedCache<String, String> others(Backstop backstop) {
    return backstop.cache(CacheSpec.of("others", String.class, String.class));
  }

  private static Optional<String> value(BackedCache<String, String> cache, String key) {
    return cache.peek(key).map(Entry::value);
  }

  private void assertThatOnlyWritesAreOut(BackedCache<String, String> cache) throws Exception {
    assertUnavailable(() -> cache.put("during", "put"));
    assertThat(cache.get("during", () -> "never asked")).isEqualTo("put");
    Eventually.holds(() -> cache.peek("seed").isPresent(), "what is there stands in");
    assertThat(cache.get("load", () -> "loaded")).isEqualTo("loaded");
    assertThat(logged.messages(Level.WARNING)).hasSize(1);
    assertThat(logged.messages(Level.INFO)).isEmpty();
  }

  /** It has heard of all and shows it late; all is there before it takes a write. */
  @Test
  void thatLags_standsIn_andNothingIsLost() throws Exception {
    Backstop backstop = throughTheNetwork();
    BackedCache<String, String> cache = cache(backstop);
    for (String key : List.of("seed", "replaced", "removed")) {
      cache.put(key, "before");
    }
    others(backstop).put("cleared", "before");
    servers.awaitReplayed();
    Sql.run(servers.standby(), "select pg_wal_replay_pause()");
    cache.put("replaced", "after");
    cache.remove("removed");
    others(backstop).clear();
    servers.awaitReceived();
    failOver();
    assertThatOnlyWritesAreOut(cache);
    assertThat(cache.get("replaced", new Down())).isEqualTo("after"); // this process has it
    assertThat(value(others(backstop), "cleared")).isEmpty(); // and knows that
    // Of a single key the table alone knows that it was removed, and this one does not yet.
    assertThat(value(cache, "removed")).contains("before");
    assertThatWhoStartsNowReads();
    Sql.run(servers.standby(), "select pg_wal_replay_resume()");
    servers.promote();
    Eventually.holds(() -> backstop.writes().waiting() == 0, "what was pending is written");
    assertOneOutage();
    Backstop later = open(Way.DATA_SOURCE, servers.standbyUrl());
    assertThat(value(cache(later), "replaced")).contains("after");
    assertThat(value(cache(later), "removed")).isEmpty();
    assertThat(value(others(later), "cleared")).isEmpty();
    assertThat(value(cache(later), "during")).contains("put");
    assertThat(value(cache(later), "load")).contains("loaded");
  }

  /** Tables that are there need no migration, and so no right to write. */
  private void assertThatWhoStartsNowReads() {
    try (Backstop other = open(Way.JDBC_URL, servers.standbyUrl())) {
      assertThat(value(cache(other), "seed")).contains("before");
    }
  }

  /** Without synchronous replication PostgreSQL acknowledges what its standby never hears of. */
  @Test
  void thatNeverHeardOfIt_losesWhatWasAcknowledged() throws Exception {
    Backstop backstop = throughTheNetwork();
    BackedCache<String, String> cache = cache(backstop);
    cache.put("seed", "before");
    cache.put("removed", "before");
    servers.awaitReplayed();
    servers.part();
    cache.put("lost", "acknowledged");
    cache.remove("removed");
    failOver();
    assertThatOnlyWritesAreOut(cache);
    servers.promote();
    Eventually.holds(() -> backstop.writes().waiting() == 0, "what was pending is written");
    assertOneOutage();
    assertThat(cache.get("lost", () -> "never asked")).isEqualTo("acknowledged"); // the fast copy
    Backstop later = open(Way.DATA_SOURCE, servers.standbyUrl());
    assertThat(value(cache(later), "during")).contains("put");
    assertThat(value(cache(later), "lost")).isEmpty();
    assertThat(value(cache(later), "removed")).contains("before");
  }

  /** With it, what was acknowledged is there, and what was not arrives. */
  @Test
  void thatIsSynchronous_losesNothing() throws Exception {
    Backstop backstop = throughTheNetwork();
    BackedCache<String, String> cache = cache(backstop);
    Sql.run(
        servers.primary(),
        "alter system set synchronous_standby_names = '*'",
        "select pg_reload_conf()");
    Eventually.holds(
        () ->
            "sync"
                .equals(
                    ReplicatedServers.ask(
                        servers.primary(), "select sync_state from pg_stat_replication")),
        "the standby is synchronous");
    cache.put("seed", "before");
    cache.put("removed", "before");
    cache.remove("removed");
    servers.part();
    long began = System.nanoTime();
    assertUnavailable(() -> cache.put("pending", "put"));
    assertThat(System.nanoTime() - began).isLessThan(2 * BOUND.toNanos());
    failOver();
    servers.promote();
    Eventually.holds(() -> backstop.writes().waiting() == 0, "what was pending is written");
    assertOneOutage();
    Backstop later = open(Way.DATA_SOURCE, servers.standbyUrl());
    assertThat(value(cache(later), "seed")).contains("before");
    assertThat(value(cache(later), "removed")).isEmpty();
    assertThat(value(cache(later), "pending")).contains("put");
  }
}
