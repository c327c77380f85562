package dev.backstop.core;

import dev.backstop.BackedCache;
import dev.backstop.BackupFilter;
import dev.backstop.BulkLoader;
import dev.backstop.ContextBulkLoader;
import dev.backstop.ContextLoader;
import dev.backstop.Entry;
import dev.backstop.Loader;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.backup.Blob;
import dev.backstop.clock.Micros;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A cache as transactions see it. Outside of them, and in one that has changed nothing in it, it is
 * the cache itself; what a transaction changes goes to its {@link WriteSet}, and from then on its
 * gets are {@link DirtyGets}.
 */
final class TransactionalCache<K, V> implements BackedCache<K, V> {
  private static final Logger LOG = System.getLogger("dev.backstop");

  private final TieredCache<K, V> target;
  private final Parts<K, V> parts;
  private final ExplicitChanges<K, V> changes;
  private final WriteSets<K, V> sets;
  private final DirtyGets<K, V> dirtyGets;

  TransactionalCache(TieredCache<K, V> target, Parts<K, V> parts) {
    this.target = target;
    this.parts = parts;
    this.changes = new ExplicitChanges<>(parts);
    this.sets = new WriteSets<>(parts, changes);
    this.dirtyGets = new DirtyGets<>(target, parts);
  }

  @Override
  public String name() {
    return target.name();
  }

  @Override
  public <X extends Exception> @Nullable V get(K key, Loader<? extends V, X> loader) throws X {
    WriteSet<K, V> set = sets.dirty();
    return set == null
        ? target.get(key, loader)
        : dirtyGets.get(set, key, loader, Policy.unset()).value();
  }

  @Override
  public <X extends Exception> @Nullable V get(K key, Loader<? extends V, X> loader, Duration ttl)
      throws X {
    WriteSet<K, V> set = sets.dirty();
    return set == null
        ? target.get(key, loader, ttl)
        : dirtyGets.get(set, key, loader, Policy.ttl(Arguments.duration("ttl", ttl))).value();
  }

  @Override
  public <X extends Exception> @Nullable V get(K key, Loader<? extends V, X> loader, Policy policy)
      throws X {
    WriteSet<K, V> set = sets.dirty();
    return set == null
        ? target.get(key, loader, policy)
        : dirtyGets.get(set, key, loader, policy).value();
  }

  @Override
  public <X extends Exception> Entry<V> entry(K key, Loader<? extends V, X> loader, Policy policy)
      throws X {
    WriteSet<K, V> set = sets.dirty();
    return set == null
        ? target.entry(key, loader, policy)
        : dirtyGets.get(set, key, loader, policy);
  }

  @Override
  public <X extends Exception> @Nullable V getWith(K key, ContextLoader<V, X> loader, Policy policy)
      throws X {
    return get(key, Contextual.of(loader), policy);
  }

  @Override
  public <X extends Exception> Entry<V> entryWith(K key, ContextLoader<V, X> loader, Policy policy)
      throws X {
    return entry(key, Contextual.of(loader), policy);
  }

  @Override
  public <X extends Exception> Map<K, @Nullable V> getAll(
      Collection<? extends K> keys, BulkLoader<K, V, X> loader, Policy policy) throws X {
    Arguments.notNull("loader", loader);
    return getAllWith(keys, (missing, context) -> loader.load(missing), policy);
  }

  @Override
  public <X extends Exception> Map<K, @Nullable V> getAllWith(
      Collection<? extends K> keys, ContextBulkLoader<K, V, X> loader, Policy policy) throws X {
    WriteSet<K, V> set = sets.dirty();
    return set == null
        ? target.getAllWith(keys, loader, policy)
        : dirtyGets.getAll(set, target.checked(keys), loader, policy);
  }

  @Override
  public Optional<Entry<V>> peek(K key) {
    WriteSet<K, V> set = sets.dirty();
    return set == null ? target.peek(key) : dirtyGets.peek(set, key);
  }

  @Override
  public Optional<Instant> stamp(K key) {
    return peek(key).map(Entry::createdAt);
  }

  @Override
  public boolean contains(K key) {
    return peek(key).filter(entry -> entry.origin() != Origin.STAND_IN).isPresent();
  }

  @Override
  public void put(K key, V value) {
    put(key, value, target.ttl(), null);
  }

  @Override
  public void put(K key, V value, Duration ttl) {
    put(key, value, Micros.of(Arguments.duration("ttl", ttl)), null);
  }

  @Override
  public void put(K key, V value, Duration ttl, Instant asOf) {
    long length = Micros.of(Arguments.duration("ttl", ttl));
    put(key, value, length, Arguments.notNull("asOf", asOf));
  }

  private void put(K key, V value, long ttl, @Nullable Instant asOf) {
    target.check(key);
    Arguments.notNull("value", value);
    sets.change(
        set -> set.put(key, value, parts.values().encode(value), ttl, asOf),
        () -> changes.put(key, value, ttl, asOf),
        () -> target.expire(key));
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> values) {
    if (parts.units().current() == null) {
      target.putAll(values);
    } else {
      putAll(values, target.ttl());
    }
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> values, Duration ttl) {
    if (parts.units().current() == null) {
      target.putAll(values, ttl);
    } else {
      putAll(values, Micros.of(Arguments.duration("ttl", ttl)));
    }
  }

  /** Nothing unless every key and every value is good. */
  private void putAll(Map<? extends K, ? extends V> values, long length) {
    Map<K, V> all = new LinkedHashMap<>(Arguments.notNull("values", values));
    parts.keys().rows(target.checked(all.keySet())); // all of them, before any is changed
    Map<K, Predicate<WriteSet<K, V>>> puts = new LinkedHashMap<>();
    all.forEach(
        (key, value) -> {
          Blob blob = parts.values().encode(Arguments.notNull("value", value));
          puts.put(key, set -> set.put(key, value, blob, length, null));
        });
    puts.forEach(
        (key, put) ->
            sets.change(
                put,
                () -> changes.put(key, Objects.requireNonNull(all.get(key)), length, null),
                () -> target.expire(key)));
  }

  @Override
  public boolean add(K key, V value, Duration ttl) {
    return target.add(key, value, ttl);
  }

  @Override
  public void expire(K key) {
    target.check(key);
    Runnable atOnce = () -> target.expire(key);
    sets.change(set -> set.expire(key), atOnce, atOnce);
  }

  @Override
  public void expireCreatedBefore(Instant stamp) {
    parts.life().check();
    Arguments.notNull("stamp", stamp);
    Runnable atOnce = () -> target.expireCreatedBefore(stamp);
    sets.change(set -> set.expireCreatedBefore(stamp), atOnce, atOnce);
  }

  /** At once, to say how many, and after the commit again, for what was reloaded before it. */
  @Override
  public long expireAll(BackupFilter which) {
    long changed = target.expireAll(which);
    repeat(which);
    return changed;
  }

  @Override
  public void remove(K key) {
    target.check(key);
    Runnable atOnce = () -> target.remove(key);
    sets.change(set -> set.remove(key), atOnce, atOnce);
  }

  @Override
  public void removeAll(Collection<? extends K> keys) {
    if (parts.units().current() == null) {
      target.removeAll(keys);
      return;
    }
    parts.keys().rows(target.checked(keys)).keySet().forEach(this::remove);
  }

  @Override
  public long removeAll(BackupFilter which) {
    long changed = target.removeAll(which);
    repeat(which);
    return changed;
  }

  private void repeat(BackupFilter which) {
    sets.change(
        set -> set.repeat(() -> expireAgain(which)),
        () -> {}, // no transaction: it is done
        () -> {});
  }

  private void expireAgain(BackupFilter which) {
    try {
      target.expireWhileClosing(which);
    } catch (RuntimeException trouble) {
      LOG.log(Level.WARNING, "What " + which + " means was not expired after a commit", trouble);
    }
  }

  @Override
  public void removeCreatedBefore(Instant stamp) {
    parts.life().check();
    Arguments.notNull("stamp", stamp);
    Runnable atOnce = () -> target.removeCreatedBefore(stamp);
    sets.change(set -> set.removeCreatedBefore(stamp), atOnce, atOnce);
  }

  @Override
  public void clear() {
    parts.life().check();
    sets.change(set -> set.removeCreatedBefore(null), target::clear, target::clear);
  }

  @Override
  public String toString() {
    return target.toString();
  }
}
