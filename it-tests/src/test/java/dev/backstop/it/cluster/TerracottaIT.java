package dev.backstop.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.CacheTier;
import dev.backstop.Entry;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.fast.Cluster;
import dev.backstop.fast.FastTiers;
import dev.backstop.it.PostgresDatabase;
import dev.backstop.it.servers.TerracottaServer;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Logged;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two nodes whose fast tier has a part on a Terracotta server that is killed, on one table. */
@Tag("reliability")
class TerracottaIT {
  private static final Policy PAST_HEAP = Policy.unset().withoutReading(CacheTier.HEAP);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  /** A get that meets the dead server, and whatever else takes time on a slow machine. */
  private static final Duration BOUND = TIMEOUT.plusSeconds(2);

  /** The server's start, its clients' lease, and their way back. */
  private static final Duration BACK = Duration.ofSeconds(40);

  private static final AtomicInteger NAMESPACES = new AtomicInteger();

  private static PostgresDatabase database;
  private static TerracottaServer server;

  private final FlakySource source = new FlakySource();
  private final String namespace = "test" + NAMESPACES.incrementAndGet();
  private Node first;
  private Node second;

  @BeforeAll
  static void start() throws IOException {
    database = PostgresDatabase.create();
    server = new TerracottaServer();
  }

  @AfterAll
  static void end() {
    server.close();
    database.close();
  }

  @BeforeEach
  void open() throws IOException {
    if (!server.isAlive()) {
      server.start("64MB");
    }
    first = node();
    second = node();
  }

  @AfterEach
  void close() {
    first.close();
    second.close();
  }

  private Node node() {
    // region ehcache-cluster
    Backstop backstop =
        Backstop.builder()
            .jdbcUrl(database.jdbcUrl())
            .username(database.username())
            .password(database.password())
            .ehcacheCluster(server.uri("shop")) // terracotta://host:9410/shop
            .backupTimeout(TIMEOUT) // nobody waits longer for the server, either
            .namespace(namespace)
            .build();
    BackedCache<String, String> feeds =
        backstop.cache(
            CacheSpec.of("feeds", String.class, String.class)
                .ttl(Duration.ofMinutes(5))
                .clusterBytes(2 << 20));
    // endregion
    return new Node(backstop, feeds);
  }

  private record Node(Backstop backstop, BackedCache<String, String> feeds)
      implements AutoCloseable {
    Entry<String> get(String key, FlakySource source) throws IOException {
      return feeds.entry(key, () -> source.load(key), PAST_HEAP);
    }

    long answeredByTheCluster() {
      return backstop.tiers().get(0).answered();
    }

    @Override
    public void close() {
      backstop.close();
    }
  }

  /** The longest that one of many changes and gets takes in that time. */
  private Duration longestOf(Duration time) throws IOException {
    long longest = 0;
    long begun = System.nanoTime();
    long now = begun;
    while (now - begun < time.toNanos()) {
      first.feeds.remove("planet");
      assertThat(first.get("planet", source).value()).isEqualTo("v2");
      longest = Math.max(longest, System.nanoTime() - now);
      now = System.nanoTime();
    }
    return Duration.ofNanos(longest);
  }

  /** Whether the second node has what the first one loads now. */
  private boolean isShared() {
    try {
      String key = "shared" + source.calls;
      source.values.put(key, "v1");
      first.get(key, source);
      int calls = source.calls.get();
      return second.get(key, source).value().equals("v1") && source.calls.get() == calls;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatOneNodeLoaded_theOtherHasWithoutALoad() throws Exception {
    source.values.put("planet", "v1");
    Entry<String> loaded = first.get("planet", source);
    Entry<String> shared = second.get("planet", source);
    assertThat(shared.value()).isEqualTo("v1");
    assertThat(shared.createdAt()).isEqualTo(loaded.createdAt());
    assertThat(shared.expiresAt()).isEqualTo(loaded.expiresAt());
    assertThat(source.calls).hasValue(1);
    assertThat(second.answeredByTheCluster()).isEqualTo(1);
  }

  @Test
  void whatOneNodeRemovedOrCleared_isNotInTheTierOfTheOther() throws Exception {
    source.values.put("planet", "v1");
    first.get("planet", source);
    assertThat(second.get("planet", source).value()).isEqualTo("v1");
    source.values.put("planet", "v2");
    first.feeds.remove("planet");
    assertThat(second.get("planet", source).value()).isEqualTo("v2");
    source.values.put("planet", "v3");
    first.feeds.clear();
    assertThat(second.get("planet", source).value()).isEqualTo("v3");
    assertThat(source.calls).hasValue(3);
  }

  @Test
  void anOlderValueOfOneNode_doesNotReplaceANewerOneOfTheOther() throws Exception {
    source.values.put("planet", "v1");
    assertThat(
            first.feeds.get(
                "planet",
                () -> {
                  String old = source.load("planet");
                  second.feeds.put("planet", "v2");
                  return old;
                }))
        .isEqualTo("v1");
    assertThat(first.get("planet", source).value()).isEqualTo("v2");
    assertThat(second.get("planet", source).value()).isEqualTo("v2");
    assertThat(source.calls).hasValue(1);
  }

  @Test
  void whenTheServerIsKilled_theSourceAndBackupsAnswer_andItIsSharedAgainWhenItIsBack()
      throws Exception {
    source.values.put("planet", "v1");
    first.get("planet", source);
    try (Logged logged = new Logged()) {
      server.kill();
      source.values.put("planet", "v2");
      assertThat(soon(() -> first.get("planet", source)).value()).isEqualTo("v2");
      source.down = true;
      Entry<String> entry = soon(() -> second.get("planet", source));
      assertThat(entry.value()).isEqualTo("v2");
      assertThat(entry.origin()).isEqualTo(Origin.STAND_IN);
      source.down = false;
      assertThat(longestOf(TIMEOUT.multipliedBy(4))).isLessThan(TIMEOUT); // nobody waits again
      server.start("64MB");
      assertThat(Eventually.within(BACK, this::isShared)).isTrue();
      assertThat(logged.messages(Level.WARNING))
          .filteredOn(message -> message.startsWith("Tier cluster of cache"))
          .hasSize(2); // of each node once
    }
  }

  @Test
  void aServerThatComesAfterTheNodes_isTakenUp() throws Exception {
    close();
    server.kill();
    first = soon(this::node);
    second = soon(this::node);
    source.values.put("planet", "v1");
    assertThat(soon(() -> first.get("planet", source)).value()).isEqualTo("v1");
    server.start("64MB");
    assertThat(Eventually.within(BACK, this::isShared)).isTrue();
  }

  @Test
  void aTierThatTheServerHadNoRoomFor_isThereWhenItHas() throws Exception {
    try (FastTiers tiers =
        new FastTiers(null, new Cluster(server.uri("lone"), TIMEOUT, Thread::new))) {
      CacheTier tier = tiers.openCluster("feeds", 2 << 20);
      tier.put("k", new byte[9]);
      server.kill();
      server.start("1MB");
      assertThat(Eventually.within(BACK, () -> why(tier).contains("creation"))).isTrue();
      server.kill();
      server.start("64MB");
      assertThat(Eventually.within(BACK, () -> why(tier).isEmpty())).isTrue();
      assertThat(tier.get("k")).isNull();
    }
  }

  /** Why it fails, or nothing. */
  private static String why(CacheTier tier) {
    try {
      tier.put("other", new byte[9]);
      return "";
    } catch (Exception failure) {
      StringWriter text = new StringWriter();
      failure.printStackTrace(new PrintWriter(text));
      return text.toString();
    }
  }

  @Test
  void whileTheServerHangs_theSourceAnswers_andWhatItMissedHolds() throws Exception {
    source.values.put("planet", "v1");
    first.get("planet", source);
    server.hang(true);
    try {
      source.values.put("planet", "v2");
      assertThat(soon(() -> first.get("planet", source)).value()).isEqualTo("v2");
      soon(
          () -> {
            first.feeds.remove("planet");
            return null;
          });
    } finally {
      server.hang(false);
    }
    source.values.put("planet", "v3");
    assertThat(Eventually.within(BACK, this::isShared)).isTrue();
    assertThat(first.get("planet", source).value()).isEqualTo("v3");
    assertThat(second.get("planet", source).value()).isEqualTo("v3");
  }

  @Test
  void aNodeThatClosesWhileTheServerIsDead_closesWithinTheBound() throws Exception {
    source.values.put("planet", "v1");
    first.get("planet", source);
    server.kill();
    soon(
        () -> {
          first.close();
          return null;
        });
  }

  private interface Call<T> {
    T run() throws Exception;
  }

  private static <T> T soon(Call<T> call) throws Exception {
    long begun = System.nanoTime();
    T result = call.run();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BOUND);
    return result;
  }
}
