package dev.backstop.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.cache.HazelcastCachingProvider;
import com.hazelcast.cache.HazelcastMemberCachingProvider;
import com.hazelcast.config.CacheConfig;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.CacheTier;
import dev.backstop.Policy;
import dev.backstop.it.cluster.HazelcastOnLoopback;
import dev.backstop.it.servers.Ports;
import dev.backstop.jcache.BackupCacheLoader;
import dev.backstop.jcache.BackupCacheWriter;
import dev.backstop.testing.Eventually;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.configuration.Factory;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CompletionListenerFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A distributed cache whose members load through one database of backups. Each entry is on one
 * member, which loads and writes it, whoever asks; no other has a copy, so it dies with its member.
 */
class HazelcastReadThroughIT {
  private static final String NAME = "feeds";

  private static PostgresDatabase database;

  private final Source source = new Source();
  private final String cluster = "backstop-" + UUID.randomUUID();
  private Member first;
  private Member second;

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
    int[] ports = Ports.free(2);
    first = Member.start("first", cluster, ports[0], ports, source);
    second = Member.start("second", cluster, ports[1], ports, source);
    Eventually.holds(() -> first.hazelcast.getCluster().getMembers().size() == 2, "two members");
    CacheConfig<String, String> config = new CacheConfig<>(NAME);
    config.setTypes(String.class, String.class);
    config.setReadThrough(true).setCacheLoaderFactory(new LoaderOfMember());
    config.setWriteThrough(true).setCacheWriterFactory(new WriterOfMember());
    config.setBackupCount(0);
    first.createCache(config);
    Eventually.holds(() -> second.cache() != null, "the cache on the other member");
    Eventually.holds(
        () -> Stream.of(first, second).noneMatch(member -> member.keys("any").isEmpty()),
        "keys on both members");
  }

  @AfterEach
  void close() {
    first.close();
    second.close();
    database.clean();
  }

  /** What both members load from, if it is there. */
  private static final class Source {
    final ConcurrentMap<String, String> values = new ConcurrentHashMap<>();
    final Queue<String> asked = new ConcurrentLinkedQueue<>();
    volatile boolean down;

    CacheLoader<String, String> of(String member) {
      return new CacheLoader<>() {
        @Override
        public @Nullable String load(String key) {
          asked.add(member + " " + key);
          if (down) {
            throw new CacheLoaderException("Connection refused");
          }
          return values.get(key);
        }

        @Override
        public Map<String, String> loadAll(Iterable<? extends String> keys) {
          Map<String, String> found = new ConcurrentHashMap<>();
          keys.forEach(key -> found.put(key, load(key)));
          return found;
        }
      };
    }
  }

  /** One node of the cluster, with a Backstop of its own. */
  private record Member(HazelcastInstance hazelcast, CacheManager manager, Backstop backstop)
      implements AutoCloseable {
    static Member start(String name, String cluster, int port, int[] ports, Source source) {
      Backstop backstop =
          Backstop.builder()
              .jdbcUrl(database.jdbcUrl())
              .username(database.username())
              .password(database.password())
              .build();
      BackedCache<String, String> feeds =
          backstop.cache(CacheSpec.of(NAME, String.class, String.class).heapEntries(1));
      Config config = HazelcastOnLoopback.config(name, cluster, port, ports);
      Policy shared = Policy.unset().withoutReading(CacheTier.HEAP).withoutWriting(CacheTier.HEAP);
      config.setUserContext(
          new ConcurrentHashMap<>(
              Map.of(
                  "loader", new BackupCacheLoader<>(feeds, source.of(name), shared),
                  "writer", new BackupCacheWriter<>(feeds))));
      HazelcastInstance hazelcast = Hazelcast.newHazelcastInstance(config);
      CacheManager manager =
          new HazelcastMemberCachingProvider() // one each, as it keeps its managers
              .getCacheManager(
                  null, null, HazelcastCachingProvider.propertiesByInstanceItself(hazelcast));
      return new Member(hazelcast, manager, backstop);
    }

    void createCache(CacheConfig<String, String> config) {
      manager.createCache(NAME, config);
    }

    @Nullable Cache<String, String> cache() {
      return manager.getCache(NAME, String.class, String.class);
    }

    /** A key that this member has, and so loads. */
    String key(String beginning) {
      return keys(beginning).get(0);
    }

    List<String> keys(String beginning) {
      com.hazelcast.cluster.Member self = hazelcast.getCluster().getLocalMember();
      return IntStream.range(0, 100)
          .mapToObj(i -> beginning + i)
          .filter(key -> self.equals(hazelcast.getPartitionService().getPartition(key).getOwner()))
          .toList();
    }

    /** As if its process had died: what only it had is lost. */
    void kill() {
      hazelcast.getLifecycleService().terminate();
      backstop.close();
    }

    @Override
    public void close() {
      hazelcast.shutdown();
      backstop.close();
    }
  }

  /** Sent to every member, where it finds what that member loads by. */
  private abstract static class OfMember<T> implements Factory<T>, HazelcastInstanceAware {
    private static final long serialVersionUID = 1L;
    private final String name;
    private transient HazelcastInstance member;

    OfMember(String name) {
      this.name = name;
    }

    @Override
    public void setHazelcastInstance(HazelcastInstance hazelcast) {
      member = hazelcast;
    }

    @Override
    @SuppressWarnings("unchecked")
    public T create() {
      return (T) member.getUserContext().get(name);
    }
  }

  private static final class LoaderOfMember extends OfMember<CacheLoader<String, String>> {
    private static final long serialVersionUID = 1L;

    LoaderOfMember() {
      super("loader");
    }
  }

  private static final class WriterOfMember extends OfMember<CacheWriter<String, String>> {
    private static final long serialVersionUID = 1L;

    WriterOfMember() {
      super("writer");
    }
  }

  /** The first member is gone, with whatever it had; its keys are the second's. */
  private void loseTheFirst() {
    first.kill();
    Eventually.holds(() -> second.keys("any").size() == 100, "every key on the other member");
  }

  @Test
  void whatOneMemberLoaded_standsInOnTheOther() {
    String key = first.key("loaded");
    source.values.put(key, "v1");
    assertThat(second.cache().get(key)).isEqualTo("v1");
    assertThat(first.cache().get(key)).isEqualTo("v1");
    assertThat(source.asked).containsExactly("first " + key);
    source.down = true;
    loseTheFirst();
    assertThat(second.cache().get(key)).isEqualTo("v1");
    assertThat(second.cache().get(key)).isEqualTo("v1");
    assertThat(source.asked).containsExactly("first " + key, "second " + key);
  }

  @Test
  void whatWasChangedThroughOneMember_doesNotStandInAsItWasOnTheOther() {
    List<String> keys = first.keys("changed").subList(0, 4);
    keys.forEach(key -> source.values.put(key, "v1"));
    assertThat(second.cache().getAll(Set.copyOf(keys))).hasSize(4);
    second.cache().put(keys.get(0), "v2");
    second.cache().putAll(Map.of(keys.get(1), "v2"));
    second.cache().remove(keys.get(2));
    second.cache().removeAll(Set.of(keys.get(3)));
    source.down = true;
    loseTheFirst();
    assertThat(second.cache().get(keys.get(0))).isEqualTo("v2");
    assertThat(second.cache().get(keys.get(1))).isEqualTo("v2");
    for (String removed : keys.subList(2, 4)) {
      assertThatThrownBy(() -> second.cache().get(removed))
          .isInstanceOf(CacheLoaderException.class)
          .hasStackTraceContaining("Connection refused");
    }
  }

  @Test
  void ofManyKeys_eachMemberLetsItsOwnStandIn() throws Exception {
    List<String> keys = new ArrayList<>(first.keys("many").subList(0, 3));
    keys.addAll(second.keys("many").subList(0, 3));
    keys.forEach(key -> source.values.put(key, "v1"));
    assertThat(first.cache().getAll(Set.copyOf(keys))).hasSize(6); // one by one
    source.down = true;
    first.cache().clear(); // of which no writer hears
    source.asked.clear();
    CompletionListenerFuture loaded = new CompletionListenerFuture();
    second.cache().loadAll(Set.copyOf(keys), false, loaded); // together
    loaded.get();
    assertThat(source.asked).anyMatch(asked -> asked.startsWith("first "));
    assertThat(source.asked).anyMatch(asked -> asked.startsWith("second "));
    source.asked.clear();
    assertThat(second.cache().getAll(Set.copyOf(keys))).isEqualTo(source.values);
    assertThat(source.asked).isEmpty();
  }
}
