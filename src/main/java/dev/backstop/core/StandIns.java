package dev.backstop.core;

import dev.backstop.LoadFailure;
import dev.backstop.clock.Micros;
import dev.backstop.fast.FastCopy;
import org.jspecify.annotations.Nullable;

/** Lets backups stand in for loads that failed. */
final class StandIns<K, V> {
  private final Parts<K, V> parts;

  StandIns(Parts<K, V> parts) {
    this.parts = parts;
  }

  /**
   * Why a load failed, and until when the source is left alone.
   *
   * @param because what callers are told
   * @param at the present moment
   */
  record Failure(Exception exception, LoadFailure because, long at, long until) {}

  Failure failure(Exception exception, Terms terms) {
    long now = parts.clock().now();
    LoadFailure because = LoadFailure.of(exception, Micros.instant(now));
    return new Failure(exception, because, now, terms.standInUntil(now));
  }

  /** Puts what stands in into the fast tier; returns null if nothing may. */
  @Nullable FastCopy<V> publish(K key, Flight<V> flight, Failure why, Terms terms) {
    return terms.standsInOn(why.exception)
        ? publish(key, flight, flight.reserve().copy(), why, terms)
        : null;
  }

  /** The same for a copy at hand, on a failure that stands in. */
  @Nullable FastCopy<V> publish(
      K key, Flight<V> flight, @Nullable FastCopy<V> copy, Failure why, Terms terms) {
    if (copy == null || !terms.mayStandIn(copy.createdAt(), why.at)) {
      return null;
    }
    long until = terms.notStale(copy.createdAt(), why.until);
    FastCopy<V> standIn =
        copy.standingIn(parts.clock().current(flight.stamp()), until, why.because);
    parts
        .slots()
        .publish(
            key,
            flight,
            terms.reach(),
            old -> {
              if (old != null && old.failure() == null && parts.slots().serves(old, why.at, 0)) {
                return old.notRefreshedBefore(until); // a refresh ahead failed
              }
              return Loads.isAfter(old, standIn.createdAt()) ? old : standIn;
            });
    return standIn;
  }
}
