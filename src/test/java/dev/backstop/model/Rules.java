package dev.backstop.model;

import static dev.backstop.model.Copy.isAfter;
import static dev.backstop.model.Copy.isBefore;

import dev.backstop.Origin;
import dev.backstop.model.KeyState.Answered;
import dev.backstop.model.KeyState.Flight;
import dev.backstop.model.KeyState.Reserve;
import org.jspecify.annotations.Nullable;

/**
 * The contract in miniature: what one operation at one node makes of one key, and what its caller
 * sees.
 *
 * @param here what ended for the cache as far as this node knows
 * @param table what ended for it in the table
 */
record Rules(int node, long now, Ended here, Ended table) {
  /** What an operation comes to. */
  record Result(Seen seen, KeyState state) {}

  private static Seen seen(Copy copy) {
    return Seen.entry(
        copy.failure() == null ? Origin.FAST : Origin.STAND_IN,
        copy.value(),
        copy.stamp(),
        copy.until(),
        copy.failure());
  }

  private static Seen seenBackup(Copy copy) {
    return Seen.entry(Origin.BACKUP, copy.value(), copy.stamp(), copy.expiresAt(), null);
  }

  // --- get: rows 1 and 10 to 13 of the table, up to the load

  KeyState begin(KeyState before, Terms terms) {
    KeyState state = before;
    Copy copy = state.copy(node);
    if (copy != null && copy.isServed(now, terms.maxStale(), here)) {
      if (copy.failure() != null || !terms.hasChanged(copy.fingerprint())) {
        return state.withOpen(node, new Answered(seen(copy), copy.value()));
      }
      state = state.withCopy(node, copy.ended());
    }
    Reserve reserve = terms.whileFresh() ? reserve(state) : null;
    if (reserve != null && reserve.isFreshRow()) {
      Copy backup = reserve.copy();
      if (now - backup.stamp() <= terms.maxStale() && !terms.hasChanged(backup.fingerprint())) {
        return fill(state, now, isAfter(state.copy(node), backup.stamp()) ? null : backup)
            .withOpen(node, new Answered(seenBackup(backup), backup.value()));
      }
    }
    return state.withOpen(node, new Flight(now, terms, reserve, false));
  }

  /** The newest of a copy in hand and the row; of two that are equal, a fresh row. */
  private Reserve reserve(KeyState state) {
    Row row = state.row();
    Copy copy = state.copy(node);
    if (copy != null
        && (copy.stamp() <= here.or(table).cleared()
            || (row != null && row.endsLifeOf(copy.stamp())))) {
      copy = null;
    }
    if (row == null || !row.isUsable(table)) {
      return new Reserve(copy, false);
    }
    boolean isFresh = row.isFresh(now, table);
    boolean isMore = isFresh ? !isAfter(copy, row.stamp()) : isBefore(copy, row.stamp());
    return isMore ? new Reserve(row.copy(), isFresh) : new Reserve(copy, false);
  }

  /** Fills the fast tier, unless a change here came after the load began. */
  private KeyState fill(KeyState state, long began, @Nullable Copy copy) {
    return copy != null && mayFill(state, began) ? state.withCopy(node, copy) : state;
  }

  private boolean mayFill(KeyState state, long began) {
    return began > state.side(node).floor() && began > here.expired() && began > here.cleared();
  }

  // --- get: rows 2 to 4 and 9, when the source was asked

  Result land(KeyState before, Flight flight, Answer answer) {
    KeyState state = before.withOpen(node, null);
    Copy previous = null;
    if (answer.kind() == Answer.Kind.KEEPS) {
      previous = state.copy(node);
      previous =
          previous != null && previous.stamp() > here.cleared()
              ? previous
              : reserve(state, flight).copy();
    }
    return switch (answer.kind()) {
      case VALUE -> loaded(state, flight, answer, answer.text());
      case KEEPS ->
          previous == null
              ? failed(state, flight, answer.text())
              : loaded(state, flight, answer, previous.value());
      case NULL -> loadedNull(state, flight, answer);
      case FAILS -> failed(state, flight, answer.text());
      case DIES -> new Result(Seen.thrown(answer.text()), state);
      case LEAVES_OUT -> new Result(Seen.ABSENT, state);
    };
  }

  private Reserve reserve(KeyState state, Flight flight) {
    return flight.reserve() != null ? flight.reserve() : reserve(state);
  }

  private Result loaded(KeyState state, Flight flight, Answer answer, String value) {
    long stamp = Math.min(flight.began(), answer.asOf());
    long expiresAt = stamp + (answer.ttl() == 0 ? flight.terms().ttl() : answer.ttl());
    Copy copy = Copy.fresh(value, stamp, expiresAt, flight.terms().fingerprintOrNull());
    KeyState filled = fill(state, flight.began(), isBefore(state.copy(node), stamp) ? copy : null);
    return new Result(
        Seen.entry(Origin.SOURCE, value, stamp, expiresAt, null), store(filled, copy));
  }

  private Result loadedNull(KeyState state, Flight flight, Answer answer) {
    long stamp = Math.min(flight.began(), answer.asOf());
    KeyState emptied =
        mayFill(state, flight.began()) && !isAfter(state.copy(node), stamp)
            ? state.withCopy(node, null)
            : state;
    Row row = state.row();
    return new Result(
        Seen.entry(Origin.SOURCE, null, stamp, stamp, null),
        row != null && row.stamp() <= stamp ? emptied.with(Row.tombstone(stamp, row)) : emptied);
  }

  private Result failed(KeyState state, Flight flight, String failure) {
    Copy copy = reserve(state, flight).copy();
    Terms terms = flight.terms();
    if (copy == null || !terms.standsIn() || now - copy.stamp() > terms.maxStale()) {
      return new Result(Seen.thrown(failure), state);
    }
    Copy standIn =
        copy.standingIn(
            flight.began(), terms.standInUntil(copy.stamp(), now), Seen.failure(failure, now));
    Copy held = state.copy(node); // one may have come that is fresh
    boolean isBetter =
        isAfter(held, copy.stamp())
            || (held != null && held.failure() == null && held.isServed(now, 0, here));
    return new Result(seen(standIn), fill(state, flight.began(), isBetter ? null : standIn));
  }

  // --- the table decides by stamps

  private KeyState store(KeyState state, Copy value) {
    Row row = state.row();
    long stamp = value.stamp();
    Copy copy = state.copy(node);
    if (stamp <= table.cleared() || (row != null && row.stamp() >= stamp)) { // refused
      return isAfter(copy, stamp) ? state : state.withCopy(node, null);
    }
    long expiredAt = row == null ? Row.NEVER : row.expiredAt();
    KeyState stored =
        state.with(
            new Row(value.value(), stamp, value.expiresAt(), expiredAt, value.fingerprint()));
    boolean isStale = expiredAt >= stamp || table.expired() >= stamp;
    return isStale && copy != null && copy.order() <= stamp
        ? stored.withCopy(node, copy.ended())
        : stored;
  }

  // --- changes

  KeyState put(KeyState state, String value, long ttl, long stamp) {
    Copy copy = Copy.fresh(value, stamp, stamp + ttl, null);
    KeyState changed = state.changed(node, stamp);
    return store(isBefore(state.copy(node), stamp) ? changed.withCopy(node, copy) : changed, copy);
  }

  Result add(KeyState state, String value, long ttl) {
    Row row = state.row();
    return row != null && row.isFresh(now, table)
        ? new Result(Seen.value("false"), state)
        : new Result(Seen.value("true"), put(state, value, ttl, now));
  }

  KeyState expire(KeyState state) {
    Copy copy = state.copy(node);
    return state
        .changed(node, now)
        .withCopy(node, copy == null ? null : copy.ended())
        .with(Row.expired(now, state.row()));
  }

  KeyState remove(KeyState state) {
    return state.changed(node, now).withCopy(node, null).with(Row.tombstone(now, state.row()));
  }

  // --- answers without a load

  Result peek(KeyState state) {
    Copy copy = state.copy(node);
    if (copy != null && copy.isServed(now, Long.MAX_VALUE, here)) {
      return new Result(seen(copy), state);
    }
    Row row = state.row();
    if (row == null || !row.isFresh(now, table) || !isBefore(copy, row.stamp())) {
      return new Result(Seen.NOTHING, state);
    }
    return new Result(seenBackup(row.copy()), fill(state, now, row.copy()));
  }
}
