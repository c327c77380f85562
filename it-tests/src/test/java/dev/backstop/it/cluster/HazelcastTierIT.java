package dev.backstop.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.cache.HazelcastCachingProvider;
import com.hazelcast.cache.HazelcastMemberCachingProvider;
import com.hazelcast.config.CacheConfig;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.CacheTier;
import dev.backstop.Entry;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.it.PostgresDatabase;
import dev.backstop.it.servers.Ports;
import dev.backstop.jcache.JCacheTier;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Logged;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.logging.Level;
import java.util.stream.IntStream;
import javax.cache.Cache;
import javax.cache.CacheManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two nodes whose middle tier is one distributed cache, each with a member of it, on one table. */
@Tag("reliability")
class HazelcastTierIT {
  private static final Policy PAST_HEAP = Policy.unset().withoutReading(CacheTier.HEAP);
  private static final List<String> KEYS = IntStream.range(0, 50).mapToObj(i -> "k" + i).toList();

  private static PostgresDatabase database;

  private final FlakySource source = new FlakySource();
  private Node first;
  private Node second;

  @BeforeAll
  static void createDatabase() {
    database = PostgresDatabase.create();
  }

  @AfterAll
  static void dropDatabase() {
    database.close();
  }

  @BeforeEach
  void open() throws IOException {
    String cluster = "backstop-" + UUID.randomUUID();
    int[] ports = Ports.free(2);
    first = Node.start(HazelcastOnLoopback.config("first", cluster, ports[0], ports));
    second = Node.start(HazelcastOnLoopback.config("second", cluster, ports[1], ports));
    Eventually.holds(() -> first.member.getCluster().getMembers().size() == 2, "two members");
    Eventually.holds(() -> first.member.getPartitionService().isClusterSafe(), "copies on both");
  }

  @AfterEach
  void close() {
    first.close();
    second.close();
    database.clean();
  }

  private record Node(
      HazelcastInstance member, Backstop backstop, BackedCache<String, String> feeds)
      implements AutoCloseable {
    static Node start(Config config) {
      HazelcastInstance member = Hazelcast.newHazelcastInstance(config);
      // region hazelcast-tier
      CacheManager manager =
          new HazelcastMemberCachingProvider()
              .getCacheManager(
                  null, null, HazelcastCachingProvider.propertiesByInstanceItself(member));
      CacheConfig<String, byte[]> shared = new CacheConfig<>("backstop");
      shared.setTypes(String.class, byte[].class);
      shared.setBackupCount(1); // each entry on two members
      shared.getEvictionConfig().setSize(1_000_000);
      Cache<String, byte[]> grid = manager.createCache("backstop", shared);

      Backstop backstop =
          Backstop.builder()
              .jdbcUrl(database.jdbcUrl())
              .username(database.username())
              .password(database.password())
              .build();
      BackedCache<String, String> feeds =
          backstop.cache(
              CacheSpec.of("feeds", String.class, String.class)
                  .ttl(Duration.ofMinutes(5))
                  .tiers(JCacheTier.of("grid", grid)));
      // endregion
      return new Node(member, backstop, feeds);
    }

    Entry<String> get(String key, FlakySource source) throws IOException {
      return feeds.entry(key, () -> source.load(key), PAST_HEAP);
    }

    /** As if its process had died: what only it had is lost. */
    void kill() {
      member.getLifecycleService().terminate();
      backstop.close();
    }

    @Override
    public void close() {
      backstop.close();
      member.shutdown();
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
    assertThat(second.backstop.tiers().get(0).answered()).isEqualTo(1);
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
  void whenAMemberDies_whatItHadIsStillShared() throws Exception {
    for (String key : KEYS) {
      source.values.put(key, "v1");
      first.get(key, source);
    }
    first.kill();
    for (String key : KEYS) {
      assertThat(second.get(key, source).value()).isEqualTo("v1");
    }
    assertThat(source.calls).hasValue(KEYS.size());
  }

  @Test
  void whenTierAndSourceDie_backupsStandIn() throws Exception {
    source.values.put("planet", "v1");
    first.get("planet", source);
    source.down = true;
    first.kill();
    second.member.getLifecycleService().terminate();
    try (Logged logged = new Logged()) {
      Entry<String> entry = second.get("planet", source);
      assertThat(entry.value()).isEqualTo("v1");
      assertThat(entry.origin()).isEqualTo(Origin.STAND_IN);
      assertThat(second.feeds.get("planet", () -> source.load("planet"))).isEqualTo("v1");
      assertThatThrownBy(() -> second.get("never loaded", source)).hasMessage("Connection refused");
      assertThat(logged.messages(Level.WARNING))
          .filteredOn(message -> message.contains("Tier grid of cache feeds failed"))
          .hasSize(1);
    }
    assertThat(second.backstop.tiers().get(0).isOut()).isTrue();
  }
}
