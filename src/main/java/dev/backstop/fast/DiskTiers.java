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

/**
 * Opens disk tiers, each in a folder and a manager of its own: so each has a lock of its own, and
 * one that is damaged harms no other.
 */
final class DiskTiers {
  private static final Logger LOG = System.getLogger("dev.backstop");

  private DiskTiers() {}

  /**
   * Opens one, with what it held when it was closed, or empty where that may not be believed. If
   * Ehcache can't open what seemed right, the next start finds no seal and begins anew.
   *
   * @throws RuntimeException if its folder can't be used
   */
  static EhcacheTier open(Path diskDirectory, String cacheName, long bytes) {
    DiskFolder folder = new DiskFolder(diskDirectory, cacheName);
    CacheManager manager =
        CacheManagerBuilder.newCacheManagerBuilder()
            .with(CacheManagerBuilder.persistence(folder.path().toFile()))
            .build(true); // and the folder is locked
    try {
      String doubt = folder.doubt(bytes);
      folder.unseal();
      if (doubt != null) {
        folder.empty();
      }
      folder.claim(bytes);
      ResourcePools pool =
          ResourcePoolsBuilder.newResourcePoolsBuilder().disk(bytes, MemoryUnit.B, true).build();
      EhcacheTier tier = new EhcacheTier(CacheTier.DISK, cacheName, manager, pool, folder::seal);
      if (doubt != null) {
        LOG.log(
            Level.WARNING,
            "The disk tier of cache "
                + cacheName
                + " starts empty in "
                + folder.path()
                + ": "
                + doubt);
      }
      return tier;
    } catch (IOException failure) {
      manager.close();
      throw new UncheckedIOException(failure);
    } catch (RuntimeException failure) {
      manager.close();
      throw failure;
    }
  }
}
