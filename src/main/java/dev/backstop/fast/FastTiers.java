package dev.backstop.fast;

import dev.backstop.CacheSpec;
import dev.backstop.CacheTier;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.ehcache.Cache;
import org.ehcache.CacheManager;
import org.ehcache.config.ResourcePools;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ExpiryPolicyBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.ehcache.config.units.MemoryUnit;
import org.jspecify.annotations.Nullable;

/**
 * The tiers of one Backstop that are Ehcaches, configured in code: on the heap, off it, on disk, on
 * a Terracotta server.
 */
public final class FastTiers implements AutoCloseable {
  private static final Logger LOG = System.getLogger("dev.backstop");

  /** What Ehcache needs off the heap; on disk it opens with less, and holds next to nothing. */
  private static final long LEAST_BYTES = 1 << 20;

  private final CacheManager manager = CacheManagerBuilder.newCacheManagerBuilder().build(true);
  private final @Nullable Path diskDirectory;
  private final @Nullable Cluster cluster;
  private final List<EhcacheTier> tiers = new ArrayList<>();
  private boolean isClosed;

  /** Those of a Backstop whose disk tiers have each a folder in that directory, if there is one. */
  public FastTiers(@Nullable Path diskDirectory) {
    this(diskDirectory, null);
  }

  /** The same, with a server for tiers that nodes share. */
  public FastTiers(@Nullable Path diskDirectory, @Nullable Cluster cluster) {
    this.diskDirectory = diskDirectory;
    this.cluster = cluster;
  }

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

  /**
   * Opens a tier in this process's memory off the heap, all of it at once. Where that is not to be
   * had, a log line says so and the tier holds nothing.
   *
   * @param bytes keys, values and what Ehcache needs for them; at least 1 MiB
   */
  public CacheTier openOffHeap(String cacheName, long bytes) {
    enough("offHeapBytes", bytes);
    return open(CacheTier.OFF_HEAP, cacheName, "", () -> offHeap(cacheName, bytes));
  }

  private static EhcacheTier offHeap(String cacheName, long bytes) {
    ResourcePools pool =
        ResourcePoolsBuilder.newResourcePoolsBuilder().offheap(bytes, MemoryUnit.B).build();
    CacheManager own = CacheManagerBuilder.newCacheManagerBuilder().build(true);
    try {
      return new EhcacheTier(CacheTier.OFF_HEAP, cacheName, own, pool, () -> {});
    } catch (RuntimeException failure) {
      own.close();
      throw failure;
    }
  }

  /**
   * Opens a tier on disk, with what it held when it was closed in order. Otherwise, or if it was
   * damaged since, it starts empty. Where its folder can't be used, as another process does, it
   * holds nothing. A log line says so in both cases.
   *
   * @param bytes keys, values and what Ehcache needs for them; at least 1 MiB
   * @throws IllegalStateException if there is no disk directory
   */
  public CacheTier openDisk(String cacheName, long bytes) {
    enough("diskBytes", bytes);
    Path directory = diskDirectory;
    if (directory == null) {
      throw new IllegalStateException(
          "diskBytes of cache " + cacheName + " need a BackstopBuilder.diskDirectory");
    }
    return open(
        CacheTier.DISK,
        cacheName,
        " in " + directory,
        () -> DiskTiers.open(directory, cacheName, bytes));
  }

  /**
   * Opens a tier on the Terracotta server. It is out until the server answers, and whenever it does
   * not.
   *
   * @param bytes of the server's memory; at least 1 MiB, and the same on every node
   * @throws IllegalStateException if there is no server, or no client for it on the class path
   */
  public CacheTier openCluster(String cacheName, long bytes) {
    enough("clusterBytes", bytes);
    Cluster server = cluster;
    if (server == null) {
      throw new IllegalStateException(
          "clusterBytes of cache " + cacheName + " need a BackstopBuilder.ehcacheCluster");
    }
    try {
      Terracotta.check();
    } catch (NoClassDefFoundError missing) {
      throw new IllegalStateException(
          "clusterBytes of cache "
              + cacheName
              + " need org.ehcache:ehcache-clustered on the class path, see docs/engines.md",
          missing);
    }
    synchronized (this) {
      checkOpen();
      return server.open(cacheName, bytes);
    }
  }

  private static void enough(String name, long bytes) {
    if (bytes < LEAST_BYTES) {
      throw new IllegalArgumentException(
          name + " must be at least " + LEAST_BYTES + ", was " + bytes);
    }
  }

  private void checkOpen() {
    if (isClosed) {
      throw new IllegalStateException("The tiers are closed");
    }
  }

  private synchronized CacheTier open(
      String name, String cacheName, String where, Supplier<EhcacheTier> opening) {
    checkOpen();
    try {
      EhcacheTier tier = opening.get();
      tiers.add(tier);
      return tier;
    } catch (RuntimeException failure) {
      LOG.log(
          Level.WARNING,
          "Cache " + cacheName + " goes without its tier " + name + where + ": " + Why.of(failure));
      return new AbsentTier(name);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      if (isClosed) {
        return;
      }
      isClosed = true;
      tiers.forEach(EhcacheTier::close);
      if (cluster != null) {
        cluster.close();
      }
    }
    manager.close();
  }
}
