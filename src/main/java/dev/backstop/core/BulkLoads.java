package dev.backstop.core;

import dev.backstop.BackupReads;
import dev.backstop.BulkContext;
import dev.backstop.ContextBulkLoader;
import dev.backstop.LoadTimeoutException;
import dev.backstop.Validators;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Runs a loader for many flights at once, and lands each. */
final class BulkLoads<K, V> {
  private final Parts<K, V> parts;
  private final Loads<K, V> loads;

  BulkLoads(Parts<K, V> parts, Loads<K, V> loads) {
    this.parts = parts;
    this.loads = loads;
  }

  /** Keys that the loader said of that they failed. */
  static final class Failures<K> implements BulkContext<K> {
    final Map<K, Exception> byKey = new ConcurrentHashMap<>();

    @Override
    public void failed(K key, Exception exception) {
      byKey.putIfAbsent(Arguments.notNull("key", key), Arguments.notNull("exception", exception));
    }
  }

  private record Failed<K, V>(Gets.Caller<K, V> caller, Throwable why) {}

  /** Loads, publishes, queues the backups, and lands the flights, whatever happens. */
  void run(List<Gets.Caller<K, V>> all, ContextBulkLoader<K, V, ?> loader) {
    List<Gets.Caller<K, V>> callers = all.stream().filter(each -> each.flight().begin()).toList();
    if (callers.isEmpty()) {
      return;
    }
    setRunner(callers, Thread.currentThread());
    try {
      List<Failed<K, V>> failed = load(callers, loader);
      setRunner(callers, null);
      ReserveBatch.of(parts, loads, failed.stream().map(Failed::caller).toList());
      for (Failed<K, V> each : failed) {
        Gets.Caller<K, V> caller = each.caller;
        loads.failed(caller.key(), caller.flight(), each.why, caller.terms());
      }
    } catch (Throwable broken) { // ours, not the loader's: nobody may wait for ever
      abandon(callers, broken);
    } finally {
      setRunner(callers, null);
    }
  }

  private static void setRunner(
      Collection<? extends Gets.Caller<?, ?>> callers, @Nullable Thread self) {
    callers.forEach(caller -> caller.flight().runner = self);
  }

  /** Lands what was loaded, and what the source said nothing of; returns what failed. */
  private List<Failed<K, V>> load(
      List<Gets.Caller<K, V>> callers, ContextBulkLoader<K, V, ?> loader) {
    List<Failed<K, V>> failed = new ArrayList<>();
    Map<K, Gets.Caller<K, V>> asked = new LinkedHashMap<>();
    if (callers.stream().anyMatch(each -> each.terms().backupReads() == BackupReads.WHILE_FRESH)) {
      ReserveBatch.of(parts, loads, callers); // read together
    }
    for (Gets.Caller<K, V> caller : callers) {
      if (loads.landsHeld(caller.key(), caller.row(), caller.flight(), caller.terms())) {
        continue;
      }
      if (caller.flight().mayLoad) {
        asked.put(caller.key(), caller);
      } else {
        Duration timeout = Duration.ofNanos(caller.terms().hardNanos());
        String cache = parts.spec().name();
        failed.add(new Failed<>(caller, new LoadTimeoutException(cache, caller.key(), timeout)));
      }
    }
    Failures<K> failures = new Failures<>();
    Map<K, @Nullable V> values;
    Validators validators;
    try {
      validators = validators(asked.values());
      values = ask(Collections.unmodifiableSet(asked.keySet()), failures, loader);
    } catch (Throwable failure) {
      asked.values().forEach(caller -> failed.add(new Failed<>(caller, failure)));
      return failed;
    }
    List<Gets.Caller<K, V>> answered = new ArrayList<>();
    for (Gets.Caller<K, V> caller : asked.values()) {
      Exception failure = failures.byKey.get(caller.key());
      if (failure != null) {
        failed.add(new Failed<>(caller, failure));
      } else if (values.containsKey(caller.key())) {
        answered.add(caller);
      } else {
        land(caller, new Landing.Absent<>());
      }
    }
    parts
        .store()
        .together(() -> answered.forEach(caller -> landLoaded(caller, values, validators)));
    return failed;
  }

  /** Takes out of the loader's map what was asked for: the map is foreign code, too. */
  Map<K, @Nullable V> ask(Set<K> keys, Failures<K> failures, ContextBulkLoader<K, V, ?> loader)
      throws Exception {
    if (keys.isEmpty()) {
      return Map.of();
    }
    Map<K, @Nullable V> loaded =
        Arguments.notNull("the map of a bulk loader", loader.load(keys, failures));
    Map<K, @Nullable V> values = new HashMap<>();
    for (K key : keys) {
      V value = loaded.get(key);
      if (value != null || loaded.containsKey(key)) {
        values.put(key, value);
      }
    }
    return values;
  }

  /** One fingerprint for all: whoever leads them has one policy. */
  Validators validators(Collection<Gets.Caller<K, V>> asked) {
    return asked.stream()
        .findFirst()
        .map(caller -> parts.questions().fingerprint(caller.terms().question()))
        .map(fingerprint -> new Validators(null, null, fingerprint))
        .orElse(Validators.NONE);
  }

  private void landLoaded(
      Gets.Caller<K, V> caller, Map<K, @Nullable V> values, Validators validators) {
    Terms terms = caller.terms();
    V value = values.get(caller.key());
    loads.loaded(
        caller.key(),
        caller.row(),
        caller.flight(),
        value,
        caller.flight().stamp(),
        terms,
        terms.ttlOfOneLoad(terms.ttl()),
        value == null ? Validators.NONE : validators);
  }

  /** Ends flights that nobody will load. */
  void abandon(Collection<Gets.Caller<K, V>> callers, Throwable cause) {
    callers.forEach(caller -> caller.flight().die(cause)); // first, see Gets
    callers.forEach(caller -> parts.slots().land(caller.key(), caller.flight()));
  }

  private void land(Gets.Caller<K, V> caller, Landing<V> how) {
    parts.slots().land(caller.key(), caller.flight());
    caller.flight().land(how);
  }
}
