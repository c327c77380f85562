package dev.backstop.core;

import dev.backstop.ContextBulkLoader;
import dev.backstop.Entry;
import dev.backstop.Validators;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The same for many keys: one call of the loader, whose keys stand in one by one. */
final class LoneBulkLoads<K, V> {
  private final LoneLoads<K, V> loads;
  private final BulkLoads<K, V> bulkLoads;
  private final Publishing<K, V> publishing;

  LoneBulkLoads(Parts<K, V> parts, LoneLoads<K, V> loads) {
    this.loads = loads;
    this.bulkLoads = new BulkLoads<>(parts, new Loads<>(parts));
    this.publishing = new Publishing<>(parts);
  }

  /** Answers every key but those that the source says nothing of; or throws. */
  Map<K, @Nullable V> get(
      WriteSet<K, V> set, Collection<K> keys, ContextBulkLoader<K, V, ?> loader, Terms terms) {
    List<Gets.Caller<K, V>> callers = new ArrayList<>();
    try {
      Map<K, Gets.Caller<K, V>> asked = new LinkedHashMap<>();
      for (K key : keys) {
        Gets.Caller<K, V> caller = loads.begin(set, key, terms);
        callers.add(caller);
        if (!loads.isHeld(caller)) {
          asked.put(key, caller);
        }
      }
      load(set, asked, loader);
      return answer(callers);
    } finally {
      callers.forEach(caller -> loads.end(set, caller));
    }
  }

  private void load(
      WriteSet<K, V> set, Map<K, Gets.Caller<K, V>> asked, ContextBulkLoader<K, V, ?> loader) {
    BulkLoads.Failures<K> failures = new BulkLoads.Failures<>();
    Map<K, @Nullable V> values;
    Validators validators;
    try {
      validators = bulkLoads.validators(asked.values());
      values = bulkLoads.ask(Collections.unmodifiableSet(asked.keySet()), failures, loader);
    } catch (Exception failure) {
      asked.values().forEach(caller -> loads.fail(caller, failure));
      return;
    }
    for (Gets.Caller<K, V> caller : asked.values()) {
      Exception failure = failures.byKey.get(caller.key());
      if (failure != null) {
        loads.fail(caller, failure);
      } else if (values.containsKey(caller.key())) {
        V value = values.get(caller.key());
        long ttl = caller.terms().ttlOfOneLoad(caller.terms().ttl());
        loads.keep(
            set,
            caller,
            publishing.encoded(
                caller.row(),
                value,
                caller.flight().stamp(),
                ttl,
                value == null ? Validators.NONE : validators));
      } else {
        caller.flight().land(new Landing.Absent<>());
      }
    }
  }

  private Map<K, @Nullable V> answer(List<Gets.Caller<K, V>> callers) {
    Map<K, @Nullable V> answers = new LinkedHashMap<>();
    Exception first = null;
    for (Gets.Caller<K, V> caller : callers) {
      try {
        Entry<V> answer = loads.answer(caller);
        if (answer != null) {
          answers.put(caller.key(), answer.value());
        }
      } catch (Exception failure) {
        if (first == null) {
          first = failure;
        } else {
          Suppressed.attach(first, failure);
        }
      }
    }
    if (first != null) {
      throw Suppressed.<RuntimeException>sneak(first);
    }
    return answers;
  }
}
