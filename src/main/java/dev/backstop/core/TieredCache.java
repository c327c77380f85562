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
import dev.backstop.clock.Micros;
import dev.backstop.fast.FastCopy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One cache: checks arguments, looks for a hit, and hands on the rest. */
final class TieredCache<K, V> implements BackedCache<K, V> {
  private final Parts<K, V> parts;
  private final Policy policy;
  private final Terms terms;
  private final Hits<K, V> hits;
  private final Gets<K, V> gets;
  private final BulkGets<K, V> bulkGets;
  private final ExplicitChanges<K, V> changes;
  private final BulkChanges<K, V> bulkChanges;
  private final ManyChanges<K, V> manyChanges;
  private final Peeks<K, V> peeks;

  TieredCache(Parts<K, V> parts) {
    this.parts = parts;
    this.policy = parts.spec().policy().over(Policy.DEFAULTS);
    this.terms = terms(Policy.unset());
    this.hits = new Hits<>(parts, policy, terms);
    this.gets = new Gets<>(parts);
    this.bulkGets = new BulkGets<>(parts, gets);
    this.changes = new ExplicitChanges<>(parts);
    this.bulkChanges = new BulkChanges<>(parts, changes);
    this.manyChanges = new ManyChanges<>(parts, changes);
    this.peeks = new Peeks<>(parts, terms);
  }

  @Override
  public String name() {
    return parts.spec().name();
  }

  @Override
  public <X extends Exception> @Nullable V get(K key, Loader<? extends V, X> loader) throws X {
    FastCopy<V> hit = hit(key, loader, null, null);
    return hit != null ? hit.value() : gets.get(key, loader, now(terms)).value();
  }

  @Override
  public <X extends Exception> @Nullable V get(K key, Loader<? extends V, X> loader, Duration ttl)
      throws X {
    Arguments.duration("ttl", ttl);
    FastCopy<V> hit = hit(key, loader, null, ttl);
    return hit != null ? hit.value() : gets.get(key, loader, now(terms(Policy.ttl(ttl)))).value();
  }

  @Override
  public <X extends Exception> @Nullable V get(K key, Loader<? extends V, X> loader, Policy call)
      throws X {
    Arguments.notNull("policy", call);
    FastCopy<V> hit = hit(key, loader, call, null);
    return hit != null ? hit.value() : gets.get(key, loader, now(terms(call))).value();
  }

  @Override
  public <X extends Exception> Entry<V> entry(K key, Loader<? extends V, X> loader, Policy call)
      throws X {
    Arguments.notNull("policy", call);
    FastCopy<V> hit = hit(key, loader, call, null);
    return hit != null ? Answers.of(hit) : gets.get(key, loader, now(terms(call)));
  }

  @Override
  public <X extends Exception> @Nullable V getWith(K key, ContextLoader<V, X> loader, Policy call)
      throws X {
    return get(key, Contextual.of(loader), call);
  }

  @Override
  public <X extends Exception> Entry<V> entryWith(K key, ContextLoader<V, X> loader, Policy call)
      throws X {
    return entry(key, Contextual.of(loader), call);
  }

  @Override
  public <X extends Exception> Map<K, @Nullable V> getAll(
      Collection<? extends K> keys, BulkLoader<K, V, X> loader, Policy call) throws X {
    Arguments.notNull("loader", loader);
    return getAllWith(keys, (missing, context) -> loader.load(missing), call);
  }

  @Override
  public <X extends Exception> Map<K, @Nullable V> getAllWith(
      Collection<? extends K> keys, ContextBulkLoader<K, V, X> loader, Policy call) throws X {
    Arguments.notNull("policy", call);
    Arguments.notNull("loader", loader);
    Map<K, @Nullable V> answers = new LinkedHashMap<>(); // all keys at first, in their order
    checked(keys).forEach(key -> answers.put(key, null));
    List<K> missing = new ArrayList<>();
    for (Map.Entry<K, @Nullable V> answer : answers.entrySet()) {
      FastCopy<V> hit = hits.find(answer.getKey(), null, call, null);
      if (hit == null) {
        missing.add(answer.getKey());
      } else {
        answer.setValue(hit.value());
      }
    }
    if (!missing.isEmpty()) {
      Map<K, @Nullable V> loaded =
          bulkGets.get(parts.keys().rows(missing), loader, now(terms(call)));
      answers.putAll(loaded);
      missing.stream().filter(key -> !loaded.containsKey(key)).forEach(answers::remove);
    }
    return answers;
  }

  private @Nullable FastCopy<V> hit(
      K key, Loader<? extends V, ?> loader, @Nullable Policy call, @Nullable Duration ttl) {
    check(key);
    return hits.find(key, Arguments.notNull("loader", loader), call, ttl);
  }

  /** A hit that refreshes nothing ahead. */
  @Nullable FastCopy<V> hitOf(K key, Policy call) {
    return hits.find(key, null, call, null);
  }

  /** How long what is put is fresh unless the call says otherwise. */
  long ttl() {
    return terms.ttl();
  }

  /** Terms of a load that this thread makes, or joins, now. */
  Terms now(Terms all) {
    UnitOfWork unit = parts.units().current();
    return unit == null ? all : all.within(unit.floor());
  }

  Terms terms(Policy call) {
    Terms all = Terms.of(call.over(policy));
    parts.tiers().checkNames("withoutReading", all.unread());
    parts.tiers().checkNames("withoutWriting", all.unwritten());
    return all;
  }

  @Override
  public Optional<Entry<V>> peek(K key) {
    check(key);
    return peeks.peek(key);
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
    check(key);
    changes.put(key, Arguments.notNull("value", value), terms.ttl(), null);
  }

  @Override
  public void put(K key, V value, Duration ttl) {
    check(key);
    long length = Micros.of(Arguments.duration("ttl", ttl));
    changes.put(key, Arguments.notNull("value", value), length, null);
  }

  @Override
  public void put(K key, V value, Duration ttl, Instant asOf) {
    check(key);
    long length = Micros.of(Arguments.duration("ttl", ttl));
    changes.put(key, Arguments.notNull("value", value), length, Arguments.notNull("asOf", asOf));
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> values) {
    putAll(values, terms.ttl());
  }

  @Override
  public void putAll(Map<? extends K, ? extends V> values, Duration ttl) {
    putAll(values, Micros.of(Arguments.duration("ttl", ttl)));
  }

  private void putAll(Map<? extends K, ? extends V> values, long ttl) {
    Map<K, V> all = new LinkedHashMap<>(Arguments.notNull("values", values));
    checked(all.keySet());
    all.values().forEach(value -> Arguments.notNull("value", value));
    if (!all.isEmpty()) {
      bulkChanges.putAll(all, ttl);
    }
  }

  @Override
  public boolean add(K key, V value, Duration ttl) {
    check(key);
    long length = Micros.of(Arguments.duration("ttl", ttl));
    return changes.add(key, Arguments.notNull("value", value), length);
  }

  @Override
  public void expire(K key) {
    check(key);
    changes.expire(key);
  }

  @Override
  public void expireCreatedBefore(Instant stamp) {
    parts.life().check();
    changes.expireCreatedBefore(Arguments.notNull("stamp", stamp));
  }

  @Override
  public long expireAll(BackupFilter which) {
    parts.life().check();
    return expireWhileClosing(Arguments.notNull("which", which));
  }

  /** The same, and also for who is closing the Backstop. */
  long expireWhileClosing(BackupFilter which) {
    return manyChanges.expireAll(which);
  }

  @Override
  public void remove(K key) {
    check(key);
    changes.remove(key);
  }

  @Override
  public void removeAll(Collection<? extends K> keys) {
    Set<K> all = checked(keys);
    if (!all.isEmpty()) {
      bulkChanges.removeAll(all);
    }
  }

  @Override
  public long removeAll(BackupFilter which) {
    parts.life().check();
    return manyChanges.removeAll(Arguments.notNull("which", which));
  }

  @Override
  public void removeCreatedBefore(Instant stamp) {
    parts.life().check();
    changes.removeCreatedBefore(Arguments.notNull("stamp", stamp));
  }

  @Override
  public void clear() {
    parts.life().check();
    changes.clear();
  }

  void check(K key) {
    parts.life().check();
    parts.keys().check(key);
  }

  /** Refuses what {@link #check} refuses, and returns each key once. */
  Set<K> checked(Collection<? extends K> keys) {
    parts.life().check();
    Set<K> all = new LinkedHashSet<>(Arguments.notNull("keys", keys));
    all.forEach(parts.keys()::check);
    return all;
  }

  @Override
  public String toString() {
    return "BackedCache[" + name() + "]";
  }
}
