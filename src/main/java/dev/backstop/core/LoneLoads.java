package dev.backstop.core;

import dev.backstop.Entry;
import dev.backstop.Loader;
import dev.backstop.Validators;
import dev.backstop.backup.Outcome;
import dev.backstop.backup.RowKey;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Loads of a transaction that changed something: they may see what is not committed. So they run on
 * the caller's thread, whatever the timeouts, nobody shares them, and what they return waits in the
 * {@link WriteSet} for the commit. While it waits it visits its slot, so that a change meanwhile is
 * not forgotten.
 */
final class LoneLoads<K, V> {
  private final Parts<K, V> parts;
  private final Loads<K, V> loads;
  private final Gets<K, V> gets;
  private final Publishing<K, V> publishing;

  LoneLoads(Parts<K, V> parts) {
    this.parts = parts;
    this.loads = new Loads<>(parts);
    this.gets = new Gets<>(parts);
    this.publishing = new Publishing<>(parts);
  }

  /** Answers from a tier that the transaction has not hidden, loads, or lets a backup stand in. */
  Entry<V> get(WriteSet<K, V> set, K key, Loader<? extends V, ?> loader, Terms terms) {
    Entry<V> answer;
    do {
      Gets.Caller<K, V> caller = begin(set, key, terms);
      try {
        if (!isHeld(caller)) {
          load(set, caller, loader);
        }
        answer = answer(caller);
      } finally {
        end(set, caller);
      }
    } while (answer == null); // a copy in a tier grew too old to stand in, just now
    return answer;
  }

  /**
   * Comes to load a key.
   *
   * @throws IllegalStateException if the transaction is loading it already: a loader that asks for
   *     its own key
   */
  Gets.Caller<K, V> begin(WriteSet<K, V> set, K key, Terms terms) {
    RowKey row = parts.keys().row(key);
    Terms alone = terms.alone(set.hides(key), parts.tiers().between());
    Flight<V> flight = loads.flight(key, row, parts.clock().earliest(), alone);
    set.begin(key, flight);
    parts.slots().enter(key, flight);
    return new Gets.Caller<>(key, row, flight, alone);
  }

  void end(WriteSet<K, V> set, Gets.Caller<K, V> caller) {
    if (!set.end(caller.key(), caller.flight())) {
      parts.slots().land(caller.key(), caller.flight());
    }
  }

  /** Whether a tier answers in the place of the source: what is there was committed. */
  boolean isHeld(Gets.Caller<K, V> caller) {
    return loads.landsHeld(caller.key(), caller.row(), caller.flight(), caller.terms());
  }

  private void load(WriteSet<K, V> set, Gets.Caller<K, V> caller, Loader<? extends V, ?> loader) {
    Flight<V> flight = caller.flight();
    Loading<V> loading = new Loading<>(flight, () -> flight.reserve().copy());
    Terms terms = caller.terms();
    try {
      String fingerprint = parts.questions().fingerprint(terms.question());
      V value = loading.run(loader);
      Validators validators =
          value == null ? Validators.NONE : loading.validators(value, fingerprint);
      keep(
          set,
          caller,
          publishing.encoded(
              caller.row(), value, loading.stamp(parts.clock()), loading.ttl(terms), validators));
    } catch (Exception failure) {
      fail(caller, failure);
    }
  }

  /** Keeps what was loaded for the commit, and lands the flight. */
  void keep(WriteSet<K, V> set, Gets.Caller<K, V> caller, Publishing.Loaded<V> loaded) {
    set.keep(
        caller.key(),
        new WriteSet.Kept<>(caller.flight(), loaded, publishing.copy(loaded), caller.terms()));
    caller
        .flight()
        .land(
            new Landing.Loaded<>(
                loaded.value(),
                publishing.createdAt(loaded),
                publishing.expiresAt(loaded),
                CompletableFuture.completedFuture(Outcome.STORED)));
  }

  /** A failure here may be that of the transaction: nothing is made to stand in for others. */
  void fail(Gets.Caller<K, V> caller, Exception failure) {
    caller.flight().land(new Landing.Failed<>(failure, null));
  }

  /** What this caller gets; or null. */
  @Nullable Entry<V> answer(Gets.Caller<K, V> caller) {
    Entry<V> answer = gets.answer(caller, true);
    if (answer != null) {
      GetLog.answered(caller.row(), caller.flight().landing(), answer);
    }
    return answer;
  }
}
