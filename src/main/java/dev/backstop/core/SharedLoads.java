package dev.backstop.core;

import dev.backstop.HeldFailureException;
import dev.backstop.LoadFailure;
import dev.backstop.Validators;
import dev.backstop.backup.FlightEnd;
import dev.backstop.backup.FlightState;
import dev.backstop.backup.Found;
import dev.backstop.backup.Outcome;
import dev.backstop.backup.RowKey;
import dev.backstop.clock.Micros;
import dev.backstop.clock.Stamp;
import dev.backstop.fast.FastCopy;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * Loads that nodes share: one of them asks the source, the others wait for what it finds, as
 * callers of one flight do. Who it is says a row of {@code backstop_flight}, by one statement
 * before the load and one after it; nothing is locked meanwhile. Where the database can't say it,
 * each loads.
 */
final class SharedLoads<K, V> {
  /** How long a wait sleeps between two looks: at first, and at most. */
  private static final long FIRST_PAUSE = 2;

  private static final long LONGEST_PAUSE = 50;

  private final Parts<K, V> parts;
  private final Loads<K, V> loads;
  private final StandIns<K, V> standIns;

  SharedLoads(Parts<K, V> parts, Loads<K, V> loads, StandIns<K, V> standIns) {
    this.parts = parts;
    this.loads = loads;
    this.standIns = standIns;
  }

  /**
   * Lands a flight by what another node's load came to, after a wait if it is under way. Returns
   * false if the caller is to load.
   *
   * @throws dev.backstop.LoadInterruptedException if this thread was interrupted; its flag is set
   */
  boolean lands(K key, RowKey row, Flight<V> flight, Terms terms) {
    Duration lease = parts.spec().loadLease();
    if (lease == null) {
      return false;
    }
    FlightState state = parts.store().flights().claim(row, flight.stamp(), lease, null);
    long pause = FIRST_PAUSE;
    while (state != null && !state.isMine()) {
      if (flight.hasLanded()) { // its own timeout has failed it, so nobody waits for it
        parts.slots().land(key, flight);
        return true;
      }
      FlightEnd end = state.end();
      if (end == null && now() <= state.claimedUntil()) {
        flight.sleep(pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE);
        state = parts.store().flights().look(row);
        if (state != null) {
          continue;
        }
      } else if (end != null && follows(key, row, flight, terms, state, end)) {
        return true;
      }
      state = parts.store().flights().claim(row, flight.stamp(), lease, end);
    }
    flight.claim = state;
    return false;
  }

  /**
   * The earliest that it may be, as a claim goes by: who comes too soon would ask at once again.
   */
  private long now() {
    return parts.clock().current(parts.clock().earliest());
  }

  /** Whether that load answers this one as well. */
  private boolean follows(
      K key, RowKey row, Flight<V> flight, Terms terms, FlightState state, FlightEnd end) {
    return switch (end.how()) {
      case VALUE -> loads.landsFresh(key, flight, loads.reserve(key, row, terms).fresh(), terms);
      case NOTHING -> landsNothing(key, row, flight, terms, state);
      case FAILED -> landsFailed(key, row, flight, terms, state, end);
      case DIED -> false;
    };
  }

  /** The source has no such thing; unless something was put since. */
  private boolean landsNothing(
      K key, RowKey row, Flight<V> flight, Terms terms, FlightState state) {
    Reserve<V> reserve = loads.reserve(key, row, terms);
    if (reserve.copy() != null || reserve.trouble() != null || !terms.readsBackups()) {
      return false;
    }
    Stamp claimed = Stamp.given(state.claimedAt());
    Stamp own = flight.stamp();
    Stamp stamp = parts.clock().current(own) < state.claimedAt() ? own : claimed;
    loads.loaded(key, row, flight, null, stamp, terms, 0, Validators.NONE);
    return true;
  }

  /** The source is left alone until the same moment by all, unless the key was changed since. */
  private boolean landsFailed(
      K key, RowKey row, Flight<V> flight, Terms terms, FlightState state, FlightEnd end) {
    long now = parts.clock().now();
    LoadFailure because = Objects.requireNonNull(end.failure());
    FastCopy<V> inHand = loads.inHand(key, row, terms);
    Found found = terms.readsBackups() ? parts.store().find(row, true) : Found.NOTHING;
    if (now >= end.failedUntil() || found.trouble() != null || isChanged(found, state)) {
      return false;
    }
    StandIns.Failure why =
        new StandIns.Failure(
            new HeldFailureException(
                parts.spec().name(), key, because, Micros.instant(end.failedUntil())),
            because,
            now,
            end.failedUntil());
    FastCopy<V> standIn =
        terms.standsInOn(why.exception())
            ? standIns.publish(key, flight, loads.reserve(inHand, found).copy(), why, terms)
            : null;
    if (standIn == null && !parts.spec().sharesFailures()) {
      return false;
    }
    parts.slots().land(key, flight);
    flight.land(new Landing.Failed<>(why.exception(), standIn));
    return true;
  }

  /** Whether someone put, removed, expired or cleared it since that load began. */
  private static boolean isChanged(Found found, FlightState state) {
    return Math.max(
            Math.max(found.backup().createdAt(), found.backup().expiredAt()),
            Math.max(found.barrier().expiredBefore(), found.barrier().clearedBefore()))
        > state.claimedAt();
  }

  /** The source answered: others find that once it is in the table. */
  void loaded(Flight<V> flight, boolean nothing, CompletableFuture<Outcome> write) {
    FlightState claim = flight.claim;
    if (claim != null) {
      FlightEnd.How how = nothing ? FlightEnd.How.NOTHING : FlightEnd.How.VALUE;
      CompletableFuture<Outcome> unused =
          write.whenComplete(
              (outcome, refused) -> parts.store().flights().land(claim, how, null, 0));
    }
  }

  void failed(Flight<V> flight, StandIns.Failure why) {
    FlightState claim = flight.claim;
    if (claim != null) {
      parts.store().flights().land(claim, FlightEnd.How.FAILED, why.because(), why.until());
    }
  }

  /** That says nothing of the source: another node may load at once. */
  void died(Flight<V> flight) {
    FlightState claim = flight.claim;
    if (claim != null) {
      parts.store().flights().land(claim, FlightEnd.How.DIED, null, 0);
    }
  }
}
