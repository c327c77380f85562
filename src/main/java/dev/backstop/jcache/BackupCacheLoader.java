package dev.backstop.jcache;

import dev.backstop.BackedCache;
import dev.backstop.Policy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.cache.integration.CacheLoader;
import org.jspecify.annotations.Nullable;

/**
 * A loader for the read-through cache of any JSR-107 provider: it asks another loader, backs up
 * what that returns, and lets the backup stand in when it fails. Thread-safe if the other is.
 *
 * <p>The provider's cache is then the fast tier in front, and has an expiry of its own: it keeps
 * what stands in as long as any other value, as JSR-107 does not let a loader say how long. So give
 * it one that is short against the backed cache's ttl and stand-in time. What it asks for within
 * these is answered by the backed cache, without a call of the other loader.
 *
 * <p>What the other loader throws is thrown on, the same object, if nothing could stand in; the
 * provider may wrap it. What {@link BackedCache#get(Object, dev.backstop.Loader, Policy)} throws
 * besides is thrown, too. Whether a provider holds a lock while it loads is its own affair: most
 * do, and hold it then while backups are read and written. A key that was changed through the
 * provider's cache needs a {@link BackupCacheWriter}, or what was backed up before may stand in.
 *
 * @param <K> the type of the keys, of both caches
 * @param <V> the type of the values, of both caches
 */
public final class BackupCacheLoader<K, V> implements CacheLoader<K, V> {
  private final BackedCache<K, V> backups;
  private final CacheLoader<K, V> delegate;
  private final Policy policy;

  /** Loads by {@code delegate}, under the backed cache's own policy. */
  public BackupCacheLoader(BackedCache<K, V> backups, CacheLoader<K, V> delegate) {
    this(backups, delegate, Policy.unset());
  }

  /** Loads by {@code delegate}; what {@code policy} leaves unset is the backed cache's. */
  public BackupCacheLoader(BackedCache<K, V> backups, CacheLoader<K, V> delegate, Policy policy) {
    this.backups = Objects.requireNonNull(backups, "backups must not be null");
    this.delegate = Objects.requireNonNull(delegate, "delegate must not be null");
    this.policy = Objects.requireNonNull(policy, "policy must not be null");
  }

  /**
   * {@link BackedCache#get(Object, dev.backstop.Loader, Policy)}.
   *
   * @return null if the delegate returned null: the source has no such thing, and its backup is
   *     removed
   */
  @Override
  public @Nullable V load(K key) {
    return backups.get(key, () -> delegate.load(key), policy);
  }

  /**
   * {@link BackedCache#getAll}. A key that the delegate leaves out keeps its backup; one that it
   * says null of loses it. Neither is in the answer. If the delegate throws, every key stands in,
   * or its exception is thrown.
   */
  @Override
  public Map<K, V> loadAll(Iterable<? extends K> keys) {
    List<K> all = new ArrayList<>();
    keys.forEach(all::add);
    Map<K, V> found = new LinkedHashMap<>();
    backups
        .getAll(all, missing -> delegate.loadAll(missing), policy)
        .forEach(
            (key, value) -> {
              if (value != null) {
                found.put(key, value);
              }
            });
    return found;
  }

  @Override
  public String toString() {
    return "BackupCacheLoader of " + backups.name() + " before " + delegate;
  }
}
