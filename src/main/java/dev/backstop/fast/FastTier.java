package dev.backstop.fast;

import java.util.function.Consumer;
import org.ehcache.Cache;
import org.jspecify.annotations.Nullable;

/**
 * The fast copies of one cache. Whether a copy is still served, and what may replace it, is the
 * core's.
 */
public final class FastTier<K, V> {
  private final Cache<K, FastCopy<V>> cache;

  FastTier(Cache<K, FastCopy<V>> cache) {
    this.cache = cache;
  }

  /** Returns the copy, expired or not, or null. */
  public @Nullable FastCopy<V> get(K key) {
    try {
      return cache.get(key);
    } catch (IllegalStateException closed) {
      return null; // a load may outlast the Backstop that it was for
    }
  }

  /** Stores a copy. */
  public void put(K key, FastCopy<V> copy) {
    try {
      cache.put(key, copy);
    } catch (IllegalStateException closed) {
      // As above: it goes nowhere.
    }
  }

  /** Forgets a copy. */
  public void remove(K key) {
    try {
      cache.remove(key);
    } catch (IllegalStateException closed) {
      // As above.
    }
  }

  /** Does something with each key that has a copy, and had it all the while. */
  public void forEachKey(Consumer<? super K> action) {
    try {
      for (Cache.Entry<K, FastCopy<V>> entry : cache) {
        action.accept(entry.getKey());
      }
    } catch (IllegalStateException closed) {
      // As above.
    }
  }

  /** Forgets all copies. */
  public void clear() {
    try {
      cache.clear();
    } catch (IllegalStateException closed) {
      // As above.
    }
  }
}
