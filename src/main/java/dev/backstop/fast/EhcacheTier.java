package dev.backstop.fast;

import dev.backstop.CacheTier;
import dev.backstop.stack.StackRoom;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Iterator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.ehcache.Cache;
import org.ehcache.CacheManager;
import org.ehcache.config.ResourcePools;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.ExpiryPolicyBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A tier that Ehcache keeps outside of the heap, in memory or on disk.
 *
 * <p>What it holds may get damaged under its feet, and then Ehcache fails in many ways, with errors
 * too. An entry that fails is forgotten; if even that fails, all of them are. A value that is too
 * large for the tier comes out at the same end: it is not held. Only the JVM's own error, where it
 * can't reach memory or a file that it mapped, is the end of the tier: it may have left a lock of
 * Ehcache's held for ever, so nothing touches this Ehcache again.
 */
final class EhcacheTier implements CacheTier, AutoCloseable {
  /** The name of the one cache of each manager; the same for all, as it is part of a path. */
  static final String ALIAS = "tier";

  private static final Logger LOG = System.getLogger("dev.backstop");

  private final String name;
  private final String cacheName;
  private final CacheManager manager;
  private final Runnable seal;
  private final Cache<String, byte[]> cache;
  private volatile boolean isClosed;
  private volatile boolean isLost;

  /**
   * Opens it, in a manager of its own, which it closes.
   *
   * @param seal what is still to be done once the cache is closed, and before the manager is
   */
  EhcacheTier(
      String name, String cacheName, CacheManager manager, ResourcePools pools, Runnable seal) {
    this.name = name;
    this.cacheName = cacheName;
    this.manager = manager;
    this.seal = seal;
    // No expiry of Ehcache's own: what is still believed is the core's affair.
    cache =
        manager.createCache(
            ALIAS,
            CacheConfigurationBuilder.newCacheConfigurationBuilder(
                    String.class, byte[].class, pools)
                .withExpiry(ExpiryPolicyBuilder.noExpiration())
                .withResilienceStrategy(new FailuresShow()));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public byte @Nullable [] get(String key) {
    return unlessLost(
        () -> {
          try {
            return cache.get(key);
          } catch (RuntimeException | AssertionError failure) {
            forget(key, failure);
            return null;
          }
        });
  }

  @Override
  public void put(String key, byte[] bytes) {
    change(key, () -> cache.put(key, bytes));
  }

  @Override
  public void remove(String key) {
    change(key, () -> cache.remove(key));
  }

  private void change(String key, Runnable change) {
    unlessLost(
        () -> {
          try {
            change.run();
          } catch (RuntimeException | AssertionError failure) {
            forget(key, failure);
          }
          return null;
        });
  }

  @Override
  public void removeIf(Predicate<? super String> keys) {
    unlessLost(
        () -> {
          try {
            removeEach(keys);
          } catch (RuntimeException | AssertionError failure) {
            forgetAll(failure);
          }
          return null;
        });
  }

  private void removeEach(Predicate<? super String> keys) {
    Iterator<Cache.Entry<String, byte[]>> entries = cache.iterator();
    while (entries.hasNext()) {
      String key = entries.next().getKey();
      if (keys.test(key)) {
        cache.remove(key);
      }
    }
  }

  private byte @Nullable [] unlessLost(Supplier<byte @Nullable []> call) {
    if (isLost) {
      throw new IllegalStateException(this + " is lost");
    }
    StackRoom.check();
    try {
      return call.get();
    } catch (InternalError error) {
      isLost = true;
      throw new IllegalStateException(
          this + " is lost until the next start; is its disk full?", error);
    }
  }

  private synchronized void forget(String key, Throwable failure) {
    if (isClosed) {
      return; // a load may outlast the Backstop that it was for
    }
    try {
      cache.remove(key);
    } catch (RuntimeException | AssertionError again) {
      forgetAll(failure);
    }
  }

  private synchronized void forgetAll(Throwable failure) {
    if (isClosed) {
      return; // as above
    }
    try {
      cache.clear();
    } catch (RuntimeException | AssertionError again) {
      throw new IllegalStateException(this + " is damaged and can't be emptied", failure);
    }
    LOG.log(Level.WARNING, this + " was damaged, and is empty now", failure);
  }

  @Override
  public String toString() {
    return "The tier " + name + " of cache " + cacheName;
  }

  @Override
  public void close() {
    synchronized (this) {
      if (isClosed || isLost) {
        return;
      }
      isClosed = true;
    }
    try (manager) {
      manager.removeCache(ALIAS);
      seal.run();
    } catch (RuntimeException failure) {
      LOG.log(Level.WARNING, this + " did not close well, and will be empty", failure);
    }
  }
}
