package dev.backstop.core;

import dev.backstop.BackupReads;
import dev.backstop.CacheTier;
import dev.backstop.LoadTimeoutException;
import dev.backstop.Loader;
import dev.backstop.Validators;
import dev.backstop.backup.Backup;
import dev.backstop.backup.Found;
import dev.backstop.backup.Outcome;
import dev.backstop.backup.RowKey;
import dev.backstop.clock.Stamp;
import dev.backstop.fast.FastCopy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Runs loaders, and makes of what they return or throw what all callers of the flight get. */
final class Loads<K, V> {
  private final Parts<K, V> parts;
  private final Publishing<K, V> publishing;
  private final StandIns<K, V> standIns;
  private final SharedLoads<K, V> shared;

  Loads(Parts<K, V> parts) {
    this.parts = parts;
    this.publishing = new Publishing<>(parts);
    this.standIns = new StandIns<>(parts);
    this.shared = new SharedLoads<>(parts, this, standIns);
  }

  /** A flight that begins now, whose transaction, if it is in one, may see what was before. */
  Flight<V> flight(K key, RowKey row, Stamp now, Terms terms) {
    String cache = parts.spec().name();
    Stamp floor = terms.floor();
    Stamp stamp =
        floor == null || parts.clock().current(floor) > parts.clock().current(now) ? now : floor;
    return new Flight<>(cache, key, stamp, terms, flight -> reserve(key, row, terms));
  }

  /** Once: loads, publishes, queues the backup, and lands the flight, whatever happens. */
  void run(K key, RowKey row, Flight<V> flight, Loader<? extends V, ?> loader, Terms terms) {
    run(key, row, flight, loader, terms, true);
  }

  private void run(
      K key,
      RowKey row,
      Flight<V> flight,
      Loader<? extends V, ?> loader,
      Terms terms,
      boolean asksSource) {
    if (!flight.begin()) {
      return;
    }
    flight.runner = Thread.currentThread();
    try {
      if (landsHeld(key, row, flight, terms)) {
        return;
      }
      Loading<V> loading = new Loading<>(flight, () -> previous(key, row, flight));
      V value;
      String fingerprint;
      try {
        if (!flight.mayLoad) {
          Duration timeout = Duration.ofNanos(terms.hardNanos());
          throw new LoadTimeoutException(parts.spec().name(), key, timeout);
        }
        if (asksSource && shared.lands(key, row, flight, terms)) {
          return;
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
      loaded(key, row, flight, value, stamp, terms, loading.ttl(terms), validators);
    } catch (Throwable broken) { // ours, not the loader's: nobody may wait for ever
      flight.die(broken);
      parts.slots().land(key, flight);
      shared.died(flight);
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
        terms,
        false);
  }

  /** Lands a flight that a tier answers in place of the source; returns whether one does. */
  boolean landsHeld(K key, RowKey row, Flight<V> flight, Terms terms) {
    Tiers.Held<V> held =
        parts.store().isInformed() // first, as of a copy in the heap
            ? parts.tiers().find(key, row, terms.unread(), copy -> mayAnswer(copy, terms))
            : null;
    if (held != null) {
      landHeld(key, flight, terms.reach(held.depth()), held.copy(), held.tier());
      return true;
    }
    if (terms.backupReads() != BackupReads.WHILE_FRESH || !terms.readsBackups()) {
      return false;
    }
    return landsFresh(key, flight, flight.reserve().fresh(), terms);
  }

  /** Lands a flight that a fresh backup answers; returns whether it does. */
  boolean landsFresh(K key, Flight<V> flight, @Nullable FastCopy<V> fresh, Terms terms) {
    if (fresh == null
        || !terms.mayStandIn(fresh.createdAt(), parts.clock().now())
        || hasChanged(fresh, terms)) {
      return false;
    }
    landHeld(key, flight, terms.reach(), fresh, CacheTier.BACKUPS);
    return true;
  }

  private void landHeld(K key, Flight<V> flight, Reach reach, FastCopy<V> held, String tier) {
    parts.slots().land(key, flight, reach, old -> isAfter(old, held.createdAt()) ? old : held);
    flight.land(new Landing.Held<>(held, tier));
  }

  /** Whether a copy in a tier answers as one in the heap would, by the terms of who leads. */
  private boolean mayAnswer(FastCopy<?> copy, Terms terms) {
    return parts.slots().isCurrent(copy, parts.clock().now(), terms.maxStale())
        && (copy.failure() != null || !hasChanged(copy, terms));
  }

  private boolean hasChanged(FastCopy<?> copy, Terms terms) {
    return terms.question().isSet() && parts.questions().hasChanged(copy, terms.question());
  }

  /**
   * The newest copy in this process or in a tier, fresh or not; it may have ended since. None if
   * another node may have ended it without being heard.
   */
  @Nullable FastCopy<V> inHand(K key, RowKey row, Terms terms) {
    if (!parts.store().isInformed()) {
      return null;
    }
    FastCopy<V> copy = terms.readsHeap() ? parts.slots().get(key) : null;
    FastCopy<V> held = parts.tiers().newest(key, row, terms.unread());
    return held != null && isBefore(copy, held.createdAt()) ? held : copy;
  }

  /** What a loader may be told of: a copy in hand, or else what could stand in. */
  private @Nullable FastCopy<V> previous(K key, RowKey row, Flight<V> flight) {
    FastCopy<V> inHand = inHand(key, row, flight.terms());
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
      Terms terms,
      long ttl,
      Validators validators) {
    Publishing.Loaded<V> loaded = publishing.encoded(row, value, stamp, ttl, validators);
    CompletableFuture<Outcome> write = publishing.publish(key, flight, loaded, terms);
    flight.land(
        new Landing.Loaded<>(
            value, publishing.createdAt(loaded), publishing.expiresAt(loaded), write));
    shared.loaded(flight, value == null, write);
  }

  /** Lets a backup stand in, and lands the flight. */
  void failed(K key, Flight<V> flight, Throwable failure, Terms terms) {
    boolean saysNothingOfTheSource =
        !(failure instanceof Exception)
            || failure instanceof InterruptedException
            || Thread.currentThread().isInterrupted();
    if (saysNothingOfTheSource || parts.life().hasEnded()) {
      parts.slots().land(key, flight);
      flight.die(failure);
      shared.died(flight);
      return;
    }
    StandIns.Failure why = standIns.failure((Exception) failure, terms);
    FastCopy<V> standIn = standIns.publish(key, flight, why, terms);
    parts.slots().land(key, flight);
    flight.land(new Landing.Failed<>(why.exception(), standIn));
    shared.failed(flight, why);
  }

  /** Fails a load for all its callers that takes too long, while it is still under way. */
  void failOverdue(K key, Flight<V> flight) {
    Duration timeout = Duration.ofNanos(flight.terms().hardNanos());
    LoadTimeoutException failure = new LoadTimeoutException(parts.spec().name(), key, timeout);
    StandIns.Failure why = standIns.failure(failure, flight.terms());
    FastCopy<V> standIn = standIns.publish(key, flight, why, flight.terms());
    flight.land(new Landing.Failed<>(failure, standIn));
    shared.failed(flight, why);
  }

  /** The newest of a copy in hand, this process's own queued writes, and the row. */
  Reserve<V> reserve(K key, RowKey row, Terms terms) {
    FastCopy<V> copy = inHand(key, row, terms);
    return reserve(
        copy, terms.readsBackups() ? parts.store().find(row, copy != null) : Found.NOTHING);
  }

  /** The same for one caller of a flight. */
  Reserve<V> reserve(Gets.Caller<K, V> caller) {
    return reserve(caller.key(), caller.row(), caller.flight().terms());
  }

  /** The same, of what was found after the copy in hand. */
  Reserve<V> reserve(@Nullable FastCopy<V> copy, Found found) {
    if (found.trouble() != null && !parts.store().isInformed()) {
      return new Reserve<>(null, found.trouble()); // nor is what is queued here
    }
    FastCopy<V> inHand = copy;
    if (inHand != null
        && !(found.leavesAlive(inHand.createdAt()) && parts.slots().isAlive(inHand.createdAt()))) {
      inHand = null;
    }
    Backup backup = found.backup();
    boolean usable =
        found.leavesAlive(backup.createdAt()) && parts.slots().isAlive(backup.createdAt());
    boolean isFresh =
        found.isFresh(parts.clock().now()) && parts.slots().isFresh(backup.createdAt());
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
