package dev.backstop;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.backstop.testing.H2Database;
import dev.backstop.testing.Logged;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import org.ehcache.Cache;
import org.ehcache.CacheManager;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.junit.jupiter.api.Test;

/** Row 1: a hit allocates nothing beyond what Ehcache needs. A count, not a timing. */
class HitCostTest {
  private static final int HITS = 100_000;

  @Test
  void aHitAllocatesNothingBeyondWhatEhcacheNeeds() {
    try (H2Database database = H2Database.inMemory();
        Backstop backstop = Backstop.builder().dataSource(database.dataSource()).build();
        CacheManager manager = CacheManagerBuilder.newCacheManagerBuilder().build(true)) {
      Cache<String, String> raw =
          manager.createCache(
              "raw",
              CacheConfigurationBuilder.newCacheConfigurationBuilder(
                  String.class, String.class, ResourcePoolsBuilder.heap(10)));
      raw.put("k", "v");
      BackedCache<String, String> cache =
          backstop.cache(CacheSpec.of("c", String.class, String.class).ttl(Duration.ofDays(1)));
      cache.put("k", "v");
      Loader<String, RuntimeException> loader = () -> "never";
      Policy policy = Policy.ttl(Duration.ofHours(1)).maxStale(Duration.ofDays(2));
      long ehcache = 0;
      long get = 0;
      long withPolicy = 0;
      try (Logged log = new Logged(Level.FINE)) { // what a hit tells of must cost nothing, untold
        cache.get("k", loader);
        assertThat(log.messages(Level.FINE)).hasSize(1);
      }
      for (int round = 0; round < 3; round++) { // the last one counts, when all is loaded
        ehcache = allocated(() -> raw.get("k"));
        get = allocated(() -> cache.get("k", loader));
        withPolicy = allocated(() -> cache.get("k", loader, policy));
      }
      assertThat(get).isLessThan(ehcache + HITS); // less than a byte each: nothing
      assertThat(withPolicy).isLessThan(ehcache + HITS);
    }
  }

  @Test
  void whereTransactionsSurroundIt_aHitAsksOnceForThem() {
    AtomicInteger asked = new AtomicInteger();
    try (H2Database database = H2Database.inMemory();
        Backstop backstop =
            Backstop.builder()
                .dataSource(database.dataSource())
                .transactions(
                    (owner, joining) -> {
                      asked.incrementAndGet();
                      return null;
                    })
                .build()) {
      BackedCache<String, String> cache =
          backstop.cache(CacheSpec.of("c", String.class, String.class).ttl(Duration.ofDays(1)));
      cache.put("k", "v");
      Loader<String, RuntimeException> loader = () -> "never";
      asked.set(0);
      cache.get("k", loader);
      assertThat(asked).hasValue(1);
    }
  }

  private static long allocated(Runnable hit) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(self);
    for (int i = 0; i < HITS; i++) {
      hit.run();
    }
    return threads.getThreadAllocatedBytes(self) - before;
  }
}
