package dev.backstop.fast;

import dev.backstop.CacheSpec;
import dev.backstop.CacheTier;
import java.nio.file.Path;
import org.ehcache.Cache;
import org.ehcache.CacheManager;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ExpiryPolicyBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.jspecify.annotations.Nullable;

/** The fast tiers of one Backstop: one Ehcache each, configured in code. */
public final class FastTiers implements AutoCloseable {
  /** Opens them; {@code diskDirectory} may be null. */
  public FastTiers(@Nullable Path diskDirectory) {}

  private final CacheManager manager = CacheManagerBuilder.newCacheManagerBuilder().build(true);

  /** Opens the fast tier of a cache. */
  @SuppressWarnings("unchecked") // a class can't name FastCopy's generics
  public <K, V> FastTier<K, V> open(CacheSpec<K, ?> spec) {
    // No expiry of Ehcache's own: an expired copy can still stand in. Its size is what bounds it.
    Cache<K, ?> cache =
        manager.createCache(
            spec.name(),
            CacheConfigurationBuilder.newCacheConfigurationBuilder(
                    spec.keyType(), FastCopy.class, ResourcePoolsBuilder.heap(spec.heapEntries()))
                .withExpiry(ExpiryPolicyBuilder.noExpiration()));
    return new FastTier<>((Cache<K, FastCopy<V>>) cache);
  }

  @SuppressWarnings("DoNotCallSuggester")
  public CacheTier openOffHeap(String cacheName, long bytes) {
    throw new UnsupportedOperationException();
  }

  @SuppressWarnings("DoNotCallSuggester")
  public CacheTier openDisk(String cacheName, long bytes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    manager.close();
  }
}
