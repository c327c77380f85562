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
import dev.backstop.clock.Stamp;
import dev.backstop.clock.StampClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A cache that holds blobs and decodes one for each caller, so that every caller's value is its
 * own. A value is encoded on the thread that loaded it, before anyone gets it.
 */
final class CopiedCache<K, V> implements BackedCache<K, V> {
  private final BackedCache<K, Blob> blobs;
  private final Copies<V> copies;
  private final StampClock clock;

  CopiedCache(BackedCache<K, Blob> blobs, Values<V> values, StampClock clock) {
    this.blobs = blobs;
    this.copies = new Copies<>(blobs.name(), values);
    this.clock = clock;
  }

  @SuppressWarnings("unchecked") // whoever catches it threw it
  private V valueOf(Uncopyable own) {
    return (V) own.value();
  }

  private <X extends Exception> Loader<Blob, X> encoding(Loader<? extends V, X> loader) {
    Arguments.notNull("loader", loader);
    return () -> {
      Stamp asOf = clock.earliest();
      return held(loader.load(), asOf);
    };
  }

  private <X extends Exception> ContextLoader<Blob, X> encoding(ContextLoader<V, X> loader) {
    Arguments.notNull("loader", loader);
    return context -> {
      Stamp asOf = clock.earliest();
      CopiedContext<V> copying = new CopiedContext<>(context, copies::copy);
      V value = loader.load(copying);
      Blob kept = copying.keptAs(value);
      return kept != null ? kept : held(value, asOf);
    };
  }

  private @Nullable Blob held(@Nullable V value, Stamp asOf) {
    try {
      return value == null ? null : copies.encoded(value);
    } catch (IllegalArgumentException uncopyable) {
      copies.logUncopyable(uncopyable);
      throw new Uncopyable(value, asOf, uncopyable);
    }
  }

  /** Makes an own copy of what a get returns; without an exception of its own, {@code X} is X. */
  private <X extends Exception> @Nullable V copied(Loader<Blob, X> get) throws X {
    try {
      Blob blob = get.load();
      return blob == null ? null : copies.copy(blob);
    } catch (Uncopyable own) {
      return valueOf(own);
    }
  }

  /** The same for entries. */
  private <X extends Exception> Entry<V> copiedEntry(Loader<Entry<Blob>, X> get) throws X {
    try {
      return copied(Objects.requireNonNull(get.load()));
    } catch (Uncopyable own) {
      Instant asOf = Micros.instant(clock.current(own.asOf()));
      return new Entry<>(valueOf(own), asOf, asOf, Origin.SOURCE, null);
    }
  }

  private Entry<V> copied(Entry<Blob> entry) {
    Blob blob = entry.value();
    return new Entry<>(
        blob == null ? null : copies.copy(blob),
        entry.createdAt(),
        entry.expiresAt(),
        entry.origin(),
        entry.failure());
  }

  @Override
  public String name() {
    return blobs.name();
  }

  @Override
  public <X extends Exception> @Nullable V get(K key, Loader<? extends V, X> loader) throws X {
    return this.<X>copied(() -> blobs.get(key, encoding(loader)));
  }

  @Override
  public <X extends Exception> @Nullable V get(K key, Loader<? extends V, X> loader, Duration ttl)
      throws X {
    return this.<X>copied(() -> blobs.get(key, encoding(loader), ttl));
  }

  @Override
  public <X extends Exception> @Nullable V get(K key, Loader<? extends V, X> loader, Policy policy)
      throws X {
    return this.<X>copied(() -> blobs.get(key, encoding(loader), policy));
  }

  @Override
  public <X extends Exception> Entry<V> entry(K key, Loader<? extends V, X> loader, Policy policy)
      throws X {
    return this.<X>copiedEntry(() -> blobs.entry(key, encoding(loader), policy));
  }

  @Override
  public <X extends Exception> @Nullable V getWith(K key, ContextLoader<V, X> loader, Policy policy)
      throws X {
    return this.<X>copied(() -> blobs.getWith(key, encoding(loader), policy));
  }

  @Override
  public <X extends Exception> Entry<V> entryWith(K key, ContextLoader<V, X> loader, Policy policy)
      throws X {
    return this.<X>copiedEntry(() -> blobs.entryWith(key, encoding(loader), policy));
  }

  @Override
  public <X extends Exception> Map<K, @Nullable V> getAll(
      Collection<? extends K> keys, BulkLoader<K, V, X> loader, Policy policy) throws X {
    Arguments.notNull("loader", loader);
    return getAllWith(keys, (missing, context) -> loader.load(missing), policy);
  }

  /** What can't be copied is left out of what is cached, and is this caller's alone. */
  @Override
  public <X extends Exception> Map<K, @Nullable V> getAllWith(
      Collection<? extends K> keys, ContextBulkLoader<K, V, X> loader, Policy policy) throws X {
    Arguments.notNull("loader", loader);
    Map<K, V> uncopyable = new ConcurrentHashMap<>();
    Map<K, @Nullable Blob> held =
        blobs.getAllWith(
            keys,
            (missing, context) -> encoded(missing, loader.load(missing, context), uncopyable),
            policy);
    Map<K, @Nullable V> answers = new LinkedHashMap<>();
    for (K key : keys) {
      if (held.containsKey(key)) {
        Blob blob = held.get(key);
        answers.put(key, blob == null ? null : copies.copy(blob));
      } else if (uncopyable.containsKey(key)) {
        answers.put(key, uncopyable.get(key));
      }
    }
    return answers;
  }

  private Map<K, @Nullable Blob> encoded(
      Set<K> asked, @Nullable Map<K, @Nullable V> answer, Map<K, V> uncopyable) {
    Map<K, @Nullable V> loaded = Arguments.notNull("the map of a bulk loader", answer);
    Map<K, @Nullable Blob> encoded = new HashMap<>();
    for (K key : asked) {
      V value = loaded.get(key);
      try {
        if (value != null || loaded.containsKey(key)) {
          encoded.put(key, value == null ? null : copies.encoded(value));
        }
      } catch (IllegalArgumentException failure) {
        copies.logUncopyable(failure);
        uncopyable.put(key, Arguments.notNull("value", value));
      }
    }
    return encoded;
  }

  @Override
  public Optional<Entry<V>> peek(K key) {
    return blobs.peek(key).map(this::copied);
  }

  @Override
  public Optional<Instant> stamp(K key) {
    return blobs.stamp(key);
  }

  @Override
  public boolean contains(K key) {
    return blobs.contains(key);
  }

  @Override
  public void put(K key, V value) {
    blobs.put(key, copies.encoded(value));
  }

  @Override
  public void put(K key, V value, Duration ttl) {
    blobs.put(key, copies.encoded(value), ttl);
  }

  @Override
  public void put(K key, V value, Duration ttl, Instant asOf) {
    blobs.put(key, copies.encoded(value), ttl, asOf);
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> all) {
    blobs.putAll(encoded(all));
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> all, Duration ttl) {
    blobs.putAll(encoded(all), ttl);
  }

  private Map<K, Blob> encoded(Map<? extends K, ? extends V> all) {
    Map<K, Blob> encoded = new LinkedHashMap<>();
    Arguments.notNull("values", all)
        .forEach((key, value) -> encoded.put(key, copies.encoded(value)));
    return encoded;
  }

  @Override
  public boolean add(K key, V value, Duration ttl) {
    return blobs.add(key, copies.encoded(value), ttl);
  }

  @Override
  public void expire(K key) {
    blobs.expire(key);
  }

  @Override
  public void expireCreatedBefore(Instant stamp) {
    blobs.expireCreatedBefore(stamp);
  }

  @Override
  public long expireAll(BackupFilter which) {
    return blobs.expireAll(which);
  }

  @Override
  public void remove(K key) {
    blobs.remove(key);
  }

  @Override
  public void removeAll(Collection<? extends K> keys) {
    blobs.removeAll(keys);
  }

  @Override
  public long removeAll(BackupFilter which) {
    return blobs.removeAll(which);
  }

  @Override
  public void removeCreatedBefore(Instant stamp) {
    blobs.removeCreatedBefore(stamp);
  }

  @Override
  public void clear() {
    blobs.clear();
  }

  @Override
  public String toString() {
    return blobs.toString();
  }
}
