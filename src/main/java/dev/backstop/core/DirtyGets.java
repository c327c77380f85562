package dev.backstop.core;

import dev.backstop.ContextBulkLoader;
import dev.backstop.Entry;
import dev.backstop.Loader;
import dev.backstop.Policy;
import dev.backstop.clock.Micros;
import dev.backstop.fast.FastCopy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gets of a transaction that changed something in this cache: it sees that, nobody else does. */
final class DirtyGets<K, V> {
  private final TieredCache<K, V> target;
  private final Parts<K, V> parts;
  private final LoneLoads<K, V> loads;
  private final LoneBulkLoads<K, V> bulkLoads;

  DirtyGets(TieredCache<K, V> target, Parts<K, V> parts) {
    this.target = target;
    this.parts = parts;
    this.loads = new LoneLoads<>(parts);
    this.bulkLoads = new LoneBulkLoads<>(parts, loads);
  }

  Entry<V> get(WriteSet<K, V> set, K key, Loader<? extends V, ?> loader, Policy call) {
    target.check(key);
    Arguments.notNull("loader", loader);
    Arguments.notNull("policy", call);
    Terms terms = target.now(target.terms(call));
    FastCopy<V> copy = held(set, key, call);
    return copy != null ? Answers.of(copy) : loads.get(set, key, loader, terms);
  }

  /** What the transaction has of its own, or a hit that it has not hidden from itself. */
  private @Nullable FastCopy<V> held(WriteSet<K, V> set, K key, Policy call) {
    FastCopy<V> own = set.own(key);
    if (own != null) {
      return parts.clock().now() < own.servedUntil() ? own : null;
    }
    FastCopy<V> hit = target.hitOf(key, call);
    return hit != null && set.hides(key, hit.createdAt()) == WriteSet.Hidden.NOTHING ? hit : null;
  }

  Map<K, @Nullable V> getAll(
      WriteSet<K, V> set, Set<K> keys, ContextBulkLoader<K, V, ?> loader, Policy call) {
    Arguments.notNull("loader", loader);
    Terms terms = target.now(target.terms(Arguments.notNull("policy", call)));
    Map<K, @Nullable V> answers = new LinkedHashMap<>(); // all keys at first, in their order
    List<K> missing = new ArrayList<>();
    for (K key : keys) {
      FastCopy<V> copy = held(set, key, call);
      answers.put(key, copy == null ? null : copy.value());
      if (copy == null) {
        missing.add(key);
      }
    }
    if (!missing.isEmpty()) {
      Map<K, @Nullable V> loaded = bulkLoads.get(set, missing, loader, terms);
      answers.putAll(loaded);
      missing.stream().filter(key -> !loaded.containsKey(key)).forEach(answers::remove);
    }
    return answers;
  }

  Optional<Entry<V>> peek(WriteSet<K, V> set, K key) {
    target.check(key);
    FastCopy<V> own = set.own(key);
    if (own != null) {
      return parts.clock().now() < own.servedUntil()
          ? Optional.of(Answers.of(own))
          : Optional.empty();
    }
    return target
        .peek(key)
        .filter(entry -> set.hides(key, Micros.of(entry.createdAt())) == WriteSet.Hidden.NOTHING);
  }
}
