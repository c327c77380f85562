package dev.backstop.jcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.CacheTier;
import dev.backstop.Policy;
import dev.backstop.testing.CountingDataSource;
import dev.backstop.testing.FakeClock;
import dev.backstop.testing.H2Database;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.integration.CacheLoaderException;
import javax.cache.integration.CompletionListenerFuture;
import javax.cache.spi.CachingProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the read-through and write-through cache of a provider does with backups. Its own expiry is
 * none: a test that wants it to ask again clears it, which no loader or writer is told of.
 */
abstract class ReadThroughContract {
  private static final Duration TTL = Duration.ofMinutes(5);
  private static final Duration MOMENT = Duration.ofSeconds(1);

  private final H2Database memory = H2Database.inMemory();
  private final CountingDataSource database = new CountingDataSource(memory.dataSource());
  private final FakeClock clock = new FakeClock();
  private final Source source = new Source();
  private final CachingProvider provider;
  private final CacheManager manager;
  private Backstop backstop;
  private BackedCache<String, String> backups;
  private BackupCacheLoader<String, String> loader;
  private Cache<String, String> cache;

  ReadThroughContract(String providerClass) {
    provider = Caching.getCachingProvider(providerClass);
    manager = provider.getCacheManager();
    open(Policy.unset());
  }

  private void open(Policy policy) {
    backstop = Backstop.builder().dataSource(database).clock(clock).build();
    backups = backstop.cache(CacheSpec.of("feeds", String.class, String.class).ttl(TTL));
    loader = new BackupCacheLoader<>(backups, source, policy);
    BackupCacheWriter<String, String> writer = new BackupCacheWriter<>(backups, source);
    cache =
        manager.createCache(
            "read-through",
            new MutableConfiguration<String, String>()
                .setTypes(String.class, String.class)
                .setReadThrough(true)
                .setCacheLoaderFactory(() -> loader)
                .setWriteThrough(true)
                .setCacheWriterFactory(() -> writer));
  }

  /** As after a restart of the process: nothing is left but the backups. */
  private void restart() {
    restart(Policy.unset());
  }

  private void restart(Policy policy) {
    manager.destroyCache("read-through");
    backstop.close();
    open(policy);
  }

  /** What the provider held is gone, and what Backstop held in the heap is no longer fresh. */
  private void passTtl() {
    cache.clear();
    clock.advance(TTL.plus(MOMENT));
  }

  @AfterEach
  void close() {
    database.restore();
    manager.close();
    provider.close();
    backstop.close();
    memory.close();
  }

  private void assertThatItFailsAs(Throwable failure, Runnable call) {
    Throwable thrown = catchThrowable(call::run);
    assertThat(thrown).isInstanceOf(failure.getClass());
    assertThat(Stream.iterate(thrown, each -> each != null, Throwable::getCause))
        .anySatisfy(cause -> assertThat(cause).isSameAs(failure));
  }

  /** Of many keys, Ehcache has the failures in a map that is its own. */
  private static void assertThatManyFail(Runnable call) {
    assertThat(catchThrowable(call::run)).isInstanceOf(CacheLoaderException.class);
  }

  @Test
  void aValueIsLoadedOnce() {
    source.values.put("k", "v1");
    assertThat(cache.get("k")).isEqualTo("v1");
    assertThat(cache.get("k")).isEqualTo("v1");
    assertThat(source.loads).containsExactly("k");
  }

  @Test
  void withinTheTtl_theBackedCacheAnswersWhatTheProviderLost() {
    source.values.put("k", "v1");
    cache.get("k");
    source.values.put("k", "v2");
    cache.clear();
    assertThat(cache.get("k")).isEqualTo("v1");
    passTtl();
    assertThat(cache.get("k")).isEqualTo("v2");
  }

  @Test
  void whenTheSourceIsDown_theBackupStandsIn() {
    source.values.put("k", "v1");
    cache.get("k");
    source.breakDown();
    passTtl();
    assertThat(cache.get("k")).isEqualTo("v1");
    assertThat(source.loads).containsExactly("k", "k");
    restart();
    assertThat(cache.get("k")).isEqualTo("v1");
  }

  @Test
  void theProviderKeepsAStandIn_andItsOwnExpiryEndsIt() {
    source.values.put("k", "v1");
    cache.get("k");
    source.breakDown();
    passTtl();
    cache.get("k");
    source.down = null;
    source.values.put("k", "v2");
    clock.advance(TTL); // past the stand-in time, of which the provider knows nothing
    assertThat(cache.get("k")).isEqualTo("v1");
    cache.clear();
    assertThat(cache.get("k")).isEqualTo("v2");
  }

  @Test
  void withTheHeapLeftOut_theProvidersExpiryIsTheOnlyOne() {
    restart(Policy.unset().withoutReading(CacheTier.HEAP).withoutWriting(CacheTier.HEAP));
    source.values.put("k", "v1");
    cache.get("k");
    source.values.put("k", "v2");
    cache.clear();
    assertThat(cache.get("k")).isEqualTo("v2");
    cache.put("k", "v3");
    source.values.put("k", "v4");
    cache.clear();
    assertThat(cache.get("k")).isEqualTo("v4");
    source.breakDown();
    cache.clear();
    assertThat(cache.get("k")).isEqualTo("v4");
    source.down = null;
    source.values.put("k", "v5");
    cache.clear(); // within the stand-in time
    assertThat(cache.get("k")).isEqualTo("v5");
  }

  @Test
  void withoutABackup_theVeryExceptionReachesTheProvider() {
    CacheLoaderException failure = source.breakDown();
    assertThat(catchThrowable(() -> loader.load("k"))).isSameAs(failure);
    assertThat(catchThrowable(() -> loader.loadAll(Set.of("k", "l")))).isSameAs(failure);
    assertThatItFailsAs(failure, () -> cache.get("k"));
    assertThatManyFail(() -> cache.getAll(Set.of("k", "l")));
  }

  @Test
  void aPolicyOfItsOwn_decidesWhatStandsIn() {
    restart(Policy.unset().maxStale(TTL));
    source.values.put("k", "v1");
    cache.get("k");
    CacheLoaderException failure = source.breakDown();
    passTtl();
    assertThatItFailsAs(failure, () -> cache.get("k"));
    assertThatManyFail(() -> cache.getAll(Set.of("k")));
  }

  @Test
  void whatTheSourceNoLongerHas_doesNotStandIn() {
    source.values.put("k", "v1");
    cache.get("k");
    source.values.remove("k");
    passTtl();
    assertThat(cache.get("k")).isNull();
    CacheLoaderException failure = source.breakDown();
    assertThatItFailsAs(failure, () -> cache.get("k"));
  }

  @Test
  void ofManyKeys_thoseThatThereAreAreAnswered() {
    source.values.putAll(Map.of("a", "a1", "b", "b1", "gone", "v1", "left", "v1"));
    assertThat(cache.getAll(Set.of("a", "b", "gone", "left", "never")))
        .isEqualTo(source.values); // and so without one that is not there
    source.values.remove("gone");
    source.leftOut.add("left");
    passTtl();
    assertThat(cache.getAll(Set.of("a", "gone", "left"))).isEqualTo(Map.of("a", "a1"));
    assertThat(loader.loadAll(Set.of("a", "gone", "left"))).isEqualTo(Map.of("a", "a1"));
    source.breakDown();
    passTtl();
    assertThat(cache.getAll(Set.of("a", "b", "left")))
        .isEqualTo(Map.of("a", "a1", "b", "b1", "left", "v1"));
    assertThatManyFail(() -> cache.getAll(Set.of("a", "gone")));
  }

  @Test
  void loadAll_fillsTheProviderFromBackups() throws Exception {
    source.values.putAll(Map.of("a", "a1", "b", "b1"));
    cache.getAll(Set.of("a", "b"));
    source.breakDown();
    passTtl();
    CompletionListenerFuture done = new CompletionListenerFuture();
    cache.loadAll(Set.of("a", "b"), true, done);
    done.get();
    assertThat(cache.containsKey("a")).isTrue();
    assertThat(cache.containsKey("b")).isTrue();
  }

  private enum Change {
    PUT {
      @Override
      void run(Cache<String, String> cache) {
        cache.put("k", "v2");
      }
    },
    PUT_ALL {
      @Override
      void run(Cache<String, String> cache) {
        cache.putAll(Map.of("k", "v2", "other", "v2"));
      }
    },
    REPLACE {
      @Override
      void run(Cache<String, String> cache) {
        cache.replace("k", "v2");
      }
    },
    INVOKE {
      @Override
      void run(Cache<String, String> cache) {
        cache.invoke(
            "k",
            (entry, arguments) -> {
              entry.setValue("v2");
              return null;
            });
      }
    },
    REMOVE {
      @Override
      void run(Cache<String, String> cache) {
        cache.remove("k");
      }
    },
    REMOVE_ALL {
      @Override
      void run(Cache<String, String> cache) {
        cache.removeAll(Set.of("k", "other"));
      }
    },
    INVOKE_REMOVE {
      @Override
      void run(Cache<String, String> cache) {
        cache.invoke(
            "k",
            (entry, arguments) -> {
              entry.remove();
              return null;
            });
      }
    };

    abstract void run(Cache<String, String> cache);

    boolean removes() {
      return name().contains("REMOVE");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatWasChangedThroughTheProvider_doesNotStandInAsItWas(Change change) {
    source.values.put("k", "v1");
    cache.get("k");
    change.run(cache);
    assertThat(source.values.get("k")).isEqualTo(change.removes() ? null : "v2");
    CacheLoaderException failure = source.breakDown();
    for (boolean restarted : new boolean[] {false, true}) {
      passTtl();
      if (restarted) {
        restart();
      }
      if (change.removes()) {
        assertThatItFailsAs(failure, () -> cache.get("k"));
      } else {
        assertThat(cache.get("k")).isEqualTo("v2");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatTheWriterRefused_isLeftAsItWas(Change change) {
    source.values.put("k", "v1");
    source.values.put("other", "v1");
    cache.getAll(Set.of("k", "other"));
    source.readOnly.add("k");
    assertThat(catchThrowable(() -> change.run(cache)))
        .hasStackTraceContaining(source.refusal.getMessage());
    assertThat(cache.get("k")).isEqualTo("v1");
    CacheLoaderException failure = source.breakDown();
    passTtl();
    restart();
    assertThat(cache.get("k")).isEqualTo("v1");
    if (change == Change.PUT_ALL) { // which wrote one of the two
      assertThat(cache.get("other")).isEqualTo("v2");
    } else if (change == Change.REMOVE_ALL) {
      assertThatItFailsAs(failure, () -> cache.get("other"));
    }
  }

  @Test
  void whileTheDatabaseIsDown_theProviderGoesOn() {
    source.values.put("k", "v1");
    cache.get("k");
    database.refuse();
    cache.put("k", "v2");
    cache.putAll(Map.of("l", "v2", "m", "v2"));
    cache.removeAll(Set.of("m"));
    cache.remove("n");
    source.values.put("o", "v1");
    assertThat(cache.get("o")).isEqualTo("v1");
    CacheLoaderException failure = source.breakDown();
    passTtl();
    assertThat(cache.get("k")).isEqualTo("v2"); // of what is queued
    assertThatItFailsAs(failure, () -> cache.get("m"));
  }

  @Test
  void withoutALoaderOrWriterOfItsOwn_aCacheTellsTheBackupsAlone() {
    BackupCacheWriter<String, String> writer = new BackupCacheWriter<>(backups);
    Cache<String, String> plain =
        manager.createCache(
            "plain",
            new MutableConfiguration<String, String>()
                .setTypes(String.class, String.class)
                .setWriteThrough(true)
                .setCacheWriterFactory(() -> writer));
    plain.put("k", "v1");
    plain.putAll(Map.of("l", "v1", "m", "v1"));
    assertThat(plain.get("l")).isEqualTo("v1");
    assertThat(backups.peek("k")).isPresent();
    assertThat(backups.peek("m")).isPresent();
    plain.remove("k");
    plain.removeAll(Set.of("l", "m"));
    assertThat(plain.get("m")).isNull();
    for (String key : Set.of("k", "l", "m")) {
      assertThat(backups.peek(key)).isEmpty();
    }
  }
}
