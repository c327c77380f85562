package dev.backstop.core;

import dev.backstop.BackupReads;
import dev.backstop.LoadFailure;
import dev.backstop.LoadTimeoutException;
import dev.backstop.Loader;
import dev.backstop.Validators;
import dev.backstop.backup.Backup;
import dev.backstop.backup.Blob;
import dev.backstop.backup.Change;
import dev.backstop.backup.Found;
import dev.backstop.backup.Outcome;
import dev.backstop.backup.RowKey;
import dev.backstop.clock.Micros;
import dev.backstop.clock.Stamp;
import dev.backstop.fast.FastCopy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Runs loaders, and makes of what they return or throw what all callers of the flight get. */
final class Loads<K, V> {
  private final Parts<K, V> parts;

  Loads(Parts<K, V> parts) {
    this.parts = parts;
  }

  Flight<V> flight(K key, RowKey row, Stamp stamp, Terms terms) {
    return new Flight<>(parts.spec().name(), key, stamp, terms, flight -> reserve(key, row));
  }

  /** Loads, publishes, queues the backup, and lands the flight, whatever happens. */
  void run(K key, RowKey row, Flight<V> flight, Loader<? extends V, ?> loader, Terms terms) {
    flight.runner = Thread.currentThread();
    try {
      if (landsFresh(key, flight, terms)) {
        return;
      }
      Loading<V> loading = new Loading<>(flight, () -> previous(key, flight));
      V value;
      String fingerprint;
      try {
        if (!flight.mayLoad) {
          Duration timeout = Duration.ofNanos(terms.hardNanos());
          throw new LoadTimeoutException(parts.spec().name(), key, timeout);
        }
        fingerprint = parts.questions().fingerprint(terms.question()); // of before the load
        value = loading.run(loader);
      } catch (Throwable failure) {
        flight.runner = null;
        failed(key, flight, failure, terms);
        return;
      }
      Validators validators =
          value == null ? Validators.NONE : loading.validators(value, fingerprint);
      Stamp stamp = loading.stamp(parts.clock());
      loaded(key, row, flight, value, stamp, loading.ttl(terms), validators);
    } catch (Throwable broken) { // ours, not the loader's: nobody may wait for ever
      flight.land(new Landing.Died<>(broken));
      parts.slots().land(key, flight, copy -> copy);
    } finally {
      flight.runner = null;
    }
  }

  /** Fails a load that no thread would run. */
  void reject(K key, Flight<V> flight, Throwable noThread, Terms terms) {
    run(
        key,
        parts.keys().row(key),
        flight,
        () -> {
          throw noThread instanceof RejectedExecutionException rejected
              ? rejected
              : new RejectedExecutionException(noThread);
        },
        terms);
  }

  /** Lands a flight whose backup answers in place of the source; returns whether it does. */
  boolean landsFresh(K key, Flight<V> flight, Terms terms) {
    if (terms.backupReads() != BackupReads.WHILE_FRESH) {
      return false;
    }
    FastCopy<V> fresh = flight.reserve().fresh();
    if (fresh == null || !mayAnswer(fresh, terms)) {
      return false;
    }
    parts.slots().land(key, flight, old -> isAfter(old, fresh.createdAt()) ? old : fresh);
    flight.land(new Landing.Fresh<>(fresh));
    return true;
  }

  /** Whether this fresh backup may answer in place of the source, by the terms of who leads. */
  private boolean mayAnswer(FastCopy<V> fresh, Terms terms) {
    return terms.mayStandIn(fresh.createdAt(), parts.clock().now())
        && !(terms.question().isSet() && parts.questions().hasChanged(fresh, terms.question()));
  }

  /** What a loader may be told of: a copy in hand, or else what could stand in. */
  private @Nullable FastCopy<V> previous(K key, Flight<V> flight) {
    FastCopy<V> inHand = parts.slots().get(key);
    boolean isAlive = inHand != null && parts.slots().isAlive(inHand.createdAt());
    return isAlive ? inHand : flight.reserve().copy();
  }

  /** Publishes what was loaded, queues its backup, and lands the flight. */
  void loaded(
      K key,
      RowKey row,
      Flight<V> flight,
      @Nullable V value,
      Stamp stamp,
      long ttl,
      Validators validators) {
    Blob blob = value == null ? null : parts.values().encodeOrNull(value);
    long createdAt = parts.clock().current(stamp);
    long expiresAt = value == null ? createdAt : Micros.after(createdAt, ttl);
    CompletableFuture<Outcome> write = CompletableFuture.completedFuture(Outcome.STORED);
    if (!parts.life().hasEnded()) {
      if (value == null) {
        parts.slots().land(key, flight, old -> isAfter(old, createdAt) ? old : null);
        write = parts.store().write(row, new Change.Removal(stamp, true));
      } else {
        FastCopy<V> copy = FastCopy.fresh(value, createdAt, expiresAt, createdAt, validators);
        parts.slots().land(key, flight, old -> isBefore(old, createdAt) ? copy : old);
        if (blob != null) {
          write = parts.store().write(row, new Change.Value(stamp, ttl, blob, validators));
          write = undoneIfBeaten(key, createdAt, write);
        }
      }
    }
    flight.land(new Landing.Loaded<>(value, createdAt, expiresAt, write));
  }

  /**
   * Follows a write: where the table refused it, or took it as expired, someone else was later, and
   * the fast copy goes. Whoever waits for what is returned finds that done.
   */
  CompletableFuture<Outcome> undoneIfBeaten(
      K key, long createdAt, CompletableFuture<Outcome> write) {
    return write.thenApply(
        outcome -> {
          if (outcome != Outcome.STORED && !parts.life().hasEnded()) {
            parts.slots().update(key, copy -> undone(copy, createdAt, outcome));
          }
          return outcome;
        });
  }

  private static <V> @Nullable FastCopy<V> undone(
      @Nullable FastCopy<V> copy, long createdAt, Outcome outcome) {
    if (copy == null || copy.createdAt() > createdAt) {
      return copy;
    }
    if (outcome == Outcome.REFUSED) {
      return null;
    }
    return copy.order() > createdAt ? copy : copy.expired(); // what stands in since began later
  }

  /** Lets a backup stand in, and lands the flight. */
  void failed(K key, Flight<V> flight, Throwable failure, Terms terms) {
    boolean saysNothingOfTheSource =
        failure instanceof Error
            || failure instanceof InterruptedException
            || Thread.currentThread().isInterrupted();
    if (saysNothingOfTheSource || parts.life().hasEnded()) {
      parts.slots().land(key, flight, copy -> copy);
      flight.land(new Landing.Died<>(failure));
      return;
    }
    Exception exception = (Exception) failure;
    FastCopy<V> standIn = publishStandIn(key, flight, exception, terms);
    parts.slots().land(key, flight, copy -> copy);
    flight.land(new Landing.Failed<>(exception, standIn));
  }

  /** Fails a load for all its callers that takes too long, while it is still under way. */
  void failOverdue(K key, Flight<V> flight) {
    Duration timeout = Duration.ofNanos(flight.terms().hardNanos());
    LoadTimeoutException failure = new LoadTimeoutException(parts.spec().name(), key, timeout);
    FastCopy<V> standIn = publishStandIn(key, flight, failure, flight.terms());
    flight.land(new Landing.Failed<>(failure, standIn));
  }

  /** Puts what stands in into the fast tier; returns null if nothing may. */
  private @Nullable FastCopy<V> publishStandIn(
      K key, Flight<V> flight, Exception failure, Terms terms) {
    if (!terms.standsInOn(failure)) {
      return null;
    }
    FastCopy<V> copy = flight.reserve().copy();
    long now = parts.clock().now();
    if (copy == null || !terms.mayStandIn(copy.createdAt(), now)) {
      return null;
    }
    long until = terms.standInUntil(copy.createdAt(), now);
    FastCopy<V> standIn =
        copy.standingIn(
            parts.clock().current(flight.stamp()),
            until,
            LoadFailure.of(failure, Micros.instant(now)));
    parts
        .slots()
        .publish(
            key,
            flight,
            old -> {
              if (old != null && old.failure() == null && parts.slots().serves(old, now, 0)) {
                return old.notRefreshedBefore(until); // a refresh ahead failed
              }
              return isAfter(old, standIn.createdAt()) ? old : standIn;
            });
    return standIn;
  }

  /** The newest of a copy in hand, this process's own queued writes, and the row. */
  Reserve<V> reserve(K key, RowKey row) {
    FastCopy<V> copy = parts.slots().get(key);
    return reserve(copy, parts.store().find(row, copy != null));
  }

  /** The same, of what was found after the copy in hand. */
  Reserve<V> reserve(@Nullable FastCopy<V> copy, Found found) {
    FastCopy<V> inHand = copy;
    if (inHand != null
        && !(found.leavesAlive(inHand.createdAt()) && parts.slots().isAlive(inHand.createdAt()))) {
      inHand = null;
    }
    Backup backup = found.backup();
    boolean usable =
        found.leavesAlive(backup.createdAt()) && parts.slots().isAlive(backup.createdAt());
    boolean isFresh = found.isFresh(parts.clock().now());
    // What is in hand may have been standing in: of two that are equal, a fresh backup is more.
    boolean isMore =
        isFresh ? !isAfter(inHand, backup.createdAt()) : isBefore(inHand, backup.createdAt());
    if (backup.blob() == null || !usable || !isMore) {
      return new Reserve<>(inHand, found.trouble());
    }
    try {
      V value = parts.values().decode(backup.blob());
      FastCopy<V> stored = Answers.copy(value, backup);
      return new Reserve<>(stored, isFresh ? stored : null, found.trouble());
    } catch (Values.UndecodableException undecodable) {
      return new Reserve<>(inHand, undecodable);
    }
  }

  static boolean isAfter(@Nullable FastCopy<?> copy, long stamp) {
    return copy != null && copy.createdAt() > stamp;
  }

  static boolean isBefore(@Nullable FastCopy<?> copy, long stamp) {
    return copy == null || copy.createdAt() < stamp;
  }
}
