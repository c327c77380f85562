package dev.backstop.core;

import dev.backstop.LoadFailure;
import dev.backstop.LoadTimeoutException;
import dev.backstop.Loader;
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
      V value;
      try {
        if (!flight.mayLoad) {
          Duration timeout = Duration.ofNanos(terms.hardNanos());
          throw new LoadTimeoutException(parts.spec().name(), key, timeout);
        }
        value = loader.load();
      } catch (Throwable failure) {
        flight.runner = null;
        failed(key, flight, failure, terms);
        return;
      }
      loaded(key, row, flight, value, terms);
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

  /** Publishes what was loaded, queues its backup, and lands the flight. */
  void loaded(K key, RowKey row, Flight<V> flight, @Nullable V value, Terms terms) {
    Stamp stamp = flight.stamp();
    long ttl = terms.ttlOfOneLoad();
    Blob blob = value == null ? null : parts.values().encodeOrNull(value);
    long createdAt = parts.clock().current(stamp);
    long expiresAt = value == null ? createdAt : Micros.after(createdAt, ttl);
    CompletableFuture<Outcome> write = CompletableFuture.completedFuture(Outcome.STORED);
    if (!parts.life().hasEnded()) {
      if (value == null) {
        parts.slots().land(key, flight, old -> isAfter(old, createdAt) ? old : null);
        write = parts.store().write(row, new Change.Removal(stamp, true));
      } else {
        FastCopy<V> copy = FastCopy.fresh(value, createdAt, expiresAt);
        parts.slots().land(key, flight, old -> isBefore(old, createdAt) ? copy : old);
        if (blob != null) {
          write = parts.store().write(row, new Change.Value(stamp, ttl, blob));
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
              if (old != null && old.failure() == null && now < old.servedUntil()) {
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
    if (backup.blob() == null || !usable || isAfter(inHand, backup.createdAt() - 1)) {
      return new Reserve<>(inHand, found.trouble());
    }
    try {
      V value = parts.values().decode(backup.blob());
      return new Reserve<>(Answers.copy(value, backup), found.trouble());
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
