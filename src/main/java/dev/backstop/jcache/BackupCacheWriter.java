package dev.backstop.jcache;

import dev.backstop.BackedCache;
import dev.backstop.BackupUnavailableException;
import dev.backstop.backup.Once;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import javax.cache.Cache;
import javax.cache.integration.CacheWriter;

/**
 * A writer for the write-through cache of any JSR-107 provider: it tells another writer of each
 * change, and then the backed cache, so that no older backup stands in for what was changed through
 * the provider's cache. Thread-safe if the other is.
 *
 * <p>The other writer comes first. What it throws is thrown on, the same object, and what it has
 * not written keeps its backup. What it has written is put into the backed cache, or removed there,
 * as of that moment and with the backed cache's own ttl: it wins over every load that began before.
 *
 * <p>A database of backups that is away is not told to the provider, which would take it for a
 * failure of the source and leave its own cache as it was: the change holds in this process, and
 * stays queued until it is durable. A value that the backed cache can't encode removes the backup
 * of its key instead. A key that it refuses is an {@code IllegalArgumentException}, when all others
 * were told, and a closed Backstop an {@code IllegalStateException}: the other writer has written
 * by then, so close the provider's cache first.
 *
 * @param <K> the type of the keys, of both caches
 * @param <V> the type of the values, of both caches
 */
public final class BackupCacheWriter<K, V> implements CacheWriter<K, V> {
  private static final Logger LOG = System.getLogger("dev.backstop");

  private final BackedCache<K, V> backups;
  private final CacheWriter<K, V> delegate;
  private final Once unencodable = new Once();

  /** Tells the backed cache alone: for who changes the source elsewhere. */
  public BackupCacheWriter(BackedCache<K, V> backups) {
    this(backups, new NoWriter<>());
  }

  /** Tells {@code delegate} first, and the backed cache if it succeeded. */
  public BackupCacheWriter(BackedCache<K, V> backups, CacheWriter<K, V> delegate) {
    this.backups = Objects.requireNonNull(backups, "backups must not be null");
    this.delegate = Objects.requireNonNull(delegate, "delegate must not be null");
  }

  /**
   * Writes one entry, and puts its value into the backed cache.
   *
   * @throws RuntimeException what the delegate throws, the same object; the backed cache is
   *     unchanged
   */
  @Override
  public void write(Cache.Entry<? extends K, ? extends V> entry) {
    delegate.write(entry);
    put(Map.of(entry.getKey(), entry.getValue()));
  }

  /**
   * Writes all entries, and puts the values of those that were written into the backed cache, in
   * batches. If the delegate returns, all were; if it throws, those that it took out.
   *
   * @throws RuntimeException what the delegate throws, the same object; of what it left in {@code
   *     entries} the backed cache is unchanged
   */
  @Override
  public void writeAll(Collection<Cache.Entry<? extends K, ? extends V>> entries) {
    Map<K, V> values = new LinkedHashMap<>();
    entries.forEach(entry -> values.put(entry.getKey(), entry.getValue()));
    try {
      delegate.writeAll(entries);
    } catch (Throwable failure) {
      entries.forEach(left -> values.remove(left.getKey()));
      tellAfter(failure, () -> put(values));
      throw failure;
    }
    put(values);
  }

  /**
   * Deletes one key, and removes it from the backed cache.
   *
   * @throws RuntimeException what the delegate throws, the same object; the backed cache is
   *     unchanged
   */
  @Override
  public void delete(Object key) {
    delegate.delete(key);
    remove(Set.of(key));
  }

  /**
   * Deletes all keys, and removes those that were deleted from the backed cache, in batches. If the
   * delegate returns, all were; if it throws, those that it took out.
   *
   * @throws RuntimeException what the delegate throws, the same object; of what it left in {@code
   *     keys} the backed cache is unchanged
   */
  @Override
  public void deleteAll(Collection<?> keys) {
    Set<Object> deleted = new LinkedHashSet<>(keys);
    try {
      delegate.deleteAll(keys);
    } catch (Throwable failure) {
      keys.forEach(deleted::remove);
      tellAfter(failure, () -> remove(deleted));
      throw failure;
    }
    remove(deleted);
  }

  private void put(Map<? extends K, ? extends V> values) {
    try {
      backups.putAll(values);
    } catch (BackupUnavailableException queued) { // logged by the core, once for each outage
      return;
    } catch (IllegalArgumentException refused) { // and so all of them
      if (values.size() == 1) {
        remove(values.keySet()); // which refuses a bad key; a value that can't be encoded has none
        if (unencodable.isFirst(String.valueOf(refused.getMessage()))) {
          LOG.log(
              Level.WARNING,
              "A value put into cache " + backups.name() + " has no backup",
              refused);
        }
      } else {
        each(values.entrySet(), one -> put(Map.of(one.getKey(), one.getValue())));
      }
    }
  }

  @SuppressWarnings("unchecked") // JSR-107 deletes objects; the backed cache looks at their type
  private void remove(Collection<?> keys) {
    try {
      backups.removeAll((Collection<? extends K>) keys);
    } catch (BackupUnavailableException queued) { // as above
      return;
    } catch (IllegalArgumentException refused) {
      if (keys.size() == 1) {
        throw refused;
      }
      each(keys, one -> remove(Set.of(one)));
    }
  }

  /** One by one; who is refused does not keep the others from being told. */
  private static <T> void each(Collection<T> all, Consumer<? super T> change) {
    IllegalArgumentException first = null;
    for (T one : all) {
      try {
        change.accept(one);
      } catch (IllegalArgumentException refused) {
        first = first == null ? refused : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private static void tellAfter(Throwable failure, Runnable change) {
    try {
      change.run();
    } catch (RuntimeException further) {
      failure.addSuppressed(further);
    }
  }

  @Override
  public String toString() {
    return "BackupCacheWriter of " + backups.name() + " behind " + delegate;
  }

  /** There is nothing to write; some providers take what is left in the collections as failed. */
  private static final class NoWriter<K, V> implements CacheWriter<K, V> {
    @Override
    public void write(Cache.Entry<? extends K, ? extends V> entry) {}

    @Override
    public void writeAll(Collection<Cache.Entry<? extends K, ? extends V>> entries) {
      entries.clear();
    }

    @Override
    public void delete(Object key) {}

    @Override
    public void deleteAll(Collection<?> keys) {
      keys.clear();
    }

    @Override
    public String toString() {
      return "no writer";
    }
  }
}
