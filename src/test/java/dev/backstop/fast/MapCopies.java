package dev.backstop.fast;

import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.ehcache.Cache;
import org.ehcache.config.CacheRuntimeConfiguration;

/** A map in the place of Ehcache, for tests that decide which thread runs at each step. */
public final class MapCopies<K, V> implements Cache<K, FastCopy<V>> {
  private final Map<K, FastCopy<V>> map = new ConcurrentHashMap<>();

  /** A fast tier on this map. */
  public FastTier<K, V> tier() {
    return new FastTier<>(this);
  }

  @Override
  public FastCopy<V> get(K key) {
    return map.get(key);
  }

  @Override
  public void put(K key, FastCopy<V> copy) {
    map.put(key, copy);
  }

  @Override
  public void remove(K key) {
    map.remove(key);
  }

  @Override
  public void clear() {
    map.clear();
  }

  @Override
  public Iterator<Entry<K, FastCopy<V>>> iterator() {
    return map.keySet().stream().map(key -> entry(key, map.get(key))).iterator();
  }

  private static <K, V> Entry<K, V> entry(K key, V value) {
    return new Entry<>() {
      @Override
      public K getKey() {
        return key;
      }

      @Override
      public V getValue() {
        return value;
      }
    };
  }

  // What a fast tier does not use.

  @Override
  public boolean containsKey(K key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<K, FastCopy<V>> getAll(Set<? extends K> keys) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void putAll(Map<? extends K, ? extends FastCopy<V>> entries) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void removeAll(Set<? extends K> keys) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FastCopy<V> putIfAbsent(K key, FastCopy<V> copy) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean remove(K key, FastCopy<V> copy) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FastCopy<V> replace(K key, FastCopy<V> copy) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean replace(K key, FastCopy<V> before, FastCopy<V> after) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CacheRuntimeConfiguration<K, FastCopy<V>> getRuntimeConfiguration() {
    throw new UnsupportedOperationException();
  }
}
