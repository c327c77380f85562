package dev.backstop.fast;

import dev.backstop.CacheSpec;
import org.ehcache.Cache;
import org.ehcache.CacheManager;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ExpiryPolicyBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;

/** The fast tiers of one Backstop: one Ehcache each, configured in code. */
public final class FastTiers implements AutoCloseable {
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

  @Override
  public void close() {
    manager.close();
  }
}
