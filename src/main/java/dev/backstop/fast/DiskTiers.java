package dev.backstop.fast;

import dev.backstop.CacheTier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import org.ehcache.CacheManager;
import org.ehcache.config.ResourcePools;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.ehcache.config.units.MemoryUnit;
import org.jspecify.annotations.Nullable;

/**
 * Opens disk tiers, each in a folder and a manager of its own: so each has a lock of its own, and
 * one that is damaged harms no other.
 */
final class DiskTiers {
  private static final Logger LOG = System.getLogger("dev.backstop");

  private DiskTiers() {}

  /**
   * Opens one, with what it held when it was closed, or empty where that may not be believed.
   *
   * @throws RuntimeException if its folder can't be used
   */
  static EhcacheTier open(Path diskDirectory, String cacheName, long bytes) {
    DiskFolder folder = new DiskFolder(diskDirectory, cacheName);
    CacheManager manager = locked(folder);
    try {
      return open(manager, folder, cacheName, bytes, null);
    } catch (RuntimeException failure) {
      // What Ehcache can't even open must not keep the next start from it.
      return open(locked(folder), folder, cacheName, bytes, Why.of(failure));
    }
  }

  private static CacheManager locked(DiskFolder folder) {
    return CacheManagerBuilder.newCacheManagerBuilder()
        .with(CacheManagerBuilder.persistence(folder.path().toFile()))
        .build(true);
  }

  private static EhcacheTier open(
      CacheManager manager,
      DiskFolder folder,
      String cacheName,
      long bytes,
      @Nullable String failure) {
    try {
      String why = failure == null ? folder.doubt(bytes) : failure;
      folder.unseal();
      if (why != null) {
        folder.empty();
      }
      ResourcePools pool =
          ResourcePoolsBuilder.newResourcePoolsBuilder().disk(bytes, MemoryUnit.B, true).build();
      EhcacheTier tier = new EhcacheTier(CacheTier.DISK, cacheName, manager, pool, folder::seal);
      if (why != null) {
        LOG.log(
            Level.WARNING,
            "The disk tier of cache "
                + cacheName
                + " starts empty in "
                + folder.path()
                + ": "
                + why);
      }
      return tier;
    } catch (IOException failed) {
      manager.close();
      throw new UncheckedIOException(failed);
    } catch (RuntimeException failed) {
      manager.close();
      throw failed;
    }
  }
}
