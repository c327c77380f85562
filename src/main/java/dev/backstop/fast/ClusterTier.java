package dev.backstop.fast;

import dev.backstop.CacheTier;
import dev.backstop.stack.StackRoom;
import java.net.URI;
import java.time.Duration;
import java.util.Iterator;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.ehcache.Cache;
import org.ehcache.CacheManager;
import org.jspecify.annotations.Nullable;

/**
 * A tier on a Terracotta server. After the first call that failed, or took its time, all of them
 * fail at once, until the {@link Cluster}'s own thread finds that the server answers.
 */
final class ClusterTier implements CacheTier {
  /** No key of a cache: those begin with its name. */
  private static final String NOBODYS = "";

  private final String cacheName;
  private final long bytes;
  private final long timeoutNanos;
  private volatile @Nullable Cache<String, byte[]> cache;
  private volatile boolean isClosed;
  private volatile @Nullable Throwable trouble = new IllegalStateException("It was never there");

  ClusterTier(String cacheName, long bytes, Duration timeout) {
    this.cacheName = cacheName;
    this.bytes = bytes;
    this.timeoutNanos = timeout.toNanos();
  }

  @Override
  public String name() {
    return CacheTier.CLUSTER;
  }

  @Override
  public byte @Nullable [] get(String key) {
    return call(opened -> get(opened, key));
  }

  /** Ehcache says that it has nothing also of what it had no time to ask for. */
  private byte @Nullable [] get(Cache<String, byte[]> opened, String key) {
    long begun = System.nanoTime();
    byte[] bytes = opened.get(key);
    if (bytes == null && System.nanoTime() - begun >= timeoutNanos) {
      throw new IllegalStateException("It did not answer in time");
    }
    return bytes;
  }

  @Override
  public void put(String key, byte[] bytes) {
    call(
        opened -> {
          opened.put(key, bytes);
          return null;
        });
  }

  @Override
  public void remove(String key) {
    call(
        opened -> {
          opened.remove(key);
          return null;
        });
  }

  @Override
  public void removeIf(Predicate<? super String> keys) {
    call(
        opened -> {
          Iterator<Cache.Entry<String, byte[]>> entries = opened.iterator();
          while (entries.hasNext()) {
            String key = entries.next().getKey();
            if (keys.test(key)) {
              opened.remove(key);
            }
          }
          return null;
        });
  }

  private byte @Nullable [] call(Function<Cache<String, byte[]>, byte @Nullable []> call) {
    if (isClosed) {
      return null; // a load may outlast the Backstop that it was for
    }
    Throwable why = trouble;
    Cache<String, byte[]> opened = cache;
    if (why != null || opened == null) {
      throw new IllegalStateException(this + " is out", why);
    }
    StackRoom.check();
    try {
      return call.apply(opened);
    } catch (RuntimeException | AssertionError failure) {
      if (isClosed) {
        return null; // as above
      }
      trouble = failure;
      throw failure;
    }
  }

  /** From here on it has nothing, and fails no more. */
  void close() {
    isClosed = true;
  }

  boolean isOut() {
    return trouble != null;
  }

  /** Opens it, unless it is open, and asks whether it works again. */
  void mend(Supplier<CacheManager> connection, URI uri) {
    try {
      CacheManager manager = connection.get();
      Cache<String, byte[]> opened = cache;
      if (opened != null && Terracotta.hasGivenUp(trouble)) {
        opened = null;
        cache = null;
        manager.removeCache(cacheName);
      }
      if (opened == null) {
        opened = Terracotta.open(manager, uri, cacheName, bytes);
        cache = opened;
      }
      get(opened, NOBODYS);
      trouble = null;
    } catch (Throwable failure) { // whatever it is, it is tried again
      trouble = failure;
    }
  }

  @Override
  public String toString() {
    return "The tier " + name() + " of cache " + cacheName;
  }
}
