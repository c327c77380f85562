package dev.backstop.model;

import static dev.backstop.model.Copy.isAfter;
import static dev.backstop.model.Copy.isBefore;

import dev.backstop.Origin;
import dev.backstop.model.KeyState.Answered;
import dev.backstop.model.KeyState.Flight;
import dev.backstop.model.KeyState.Reserve;
import dev.backstop.model.KeyState.Tier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The contract in miniature: what one operation at one node makes of one key, and what its caller
 * sees.
 *
 * @param openedAt when the node was opened
 * @param here what ended for the cache as far as this node knows
 * @param table what ended for it in the table
 * @param isOut whether the database is out: what is queued then stands for the table
 */
record Rules(int node, long now, long openedAt, Ended here, Ended table, boolean isOut) {
  private static final int ALL = Integer.MAX_VALUE;
  private static final long NONE = Long.MIN_VALUE;

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

  private @Nullable Row row(KeyState state) {
    return isOut ? state.side(node).queue().row() : state.row();
  }

  // --- get: rows 1 and 10 to 13 of the table, up to the load

  KeyState begin(KeyState before, Terms terms) {
    KeyState state = before;
    Copy heap = terms.readsHeap() ? state.heap(node) : null;
    if (heap != null && heap.isServed(now, terms.maxStale(), here)) {
      if (heap.failure() != null || !terms.hasChanged(heap.fingerprint())) {
        return state.withOpen(node, new Answered(seen(heap), heap.value()));
      }
      state = state.replaced(node, heap.ended(), heap.stamp(), ALL);
    }
    Below below = find(state, terms);
    if (below != null) {
      return fill(state, now, below.copy, below.depth)
          .withOpen(node, new Answered(seen(below.copy), below.copy.value()));
    }
    Reserve reserve = terms.whileFresh() ? reserve(state, terms) : null;
    if (reserve != null && reserve.isFreshRow()) {
      Copy backup = reserve.copy();
      if (now - backup.stamp() <= terms.maxStale() && !terms.hasChanged(backup.fingerprint())) {
        return fill(state, now, backup, ALL)
            .withOpen(node, new Answered(seenBackup(backup), backup.value()));
      }
    }
    return state.withOpen(node, new Flight(now, terms, reserve, false));
  }

  /** A copy in a tier, and how many are above it. */
  private record Below(Copy copy, int depth) {}

  /** The first from the top that the heap would serve. */
  private @Nullable Below find(KeyState state, Terms terms) {
    List<Tier> tiers = state.side(node).tiers();
    for (int depth = 0; depth < tiers.size(); depth++) {
      Copy copy = tiers.get(depth).read();
      if (copy != null
          && copy.isServed(now, terms.maxStale(), here)
          && (copy.failure() != null || !terms.hasChanged(copy.fingerprint()))
          && (copy.stamp() > openedAt || isConfirmed(row(state), copy))) {
        return new Below(copy, depth);
      }
    }
    return null;
  }

  /** A copy from before this node was opened must still be what the row says. */
  private boolean isConfirmed(@Nullable Row row, Copy copy) {
    return row != null
        && row.isUsable(table)
        && row.stamp() == copy.stamp()
        && copy.order() > Math.max(row.expiredAt(), table.expired());
  }

  /** The newest of the copies in hand and the row; of two that are equal, a fresh row. */
  private Reserve reserve(KeyState state, Terms terms) {
    Row row = row(state);
    Copy copy = state.side(node).newest(terms.readsHeap());
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

  /** Fills what is above, unless a change here came after the load began, or something later. */
  private KeyState fill(KeyState state, long began, Copy copy, int depth) {
    return mayFill(state, began) && !isAfter(state.heap(node), copy.stamp())
        ? state.replaced(node, copy, NONE, depth)
        : state;
  }

  private boolean mayFill(KeyState state, long began) {
    return began > state.side(node).floor() && began > here.expired() && began > here.cleared();
  }

  // --- get: rows 2 to 4 and 9, when the source was asked

  Result land(KeyState before, Flight flight, Answer answer) {
    KeyState state = before.withOpen(node, null);
    Copy previous = null;
    if (answer.kind() == Answer.Kind.KEEPS) {
      previous = state.side(node).newest(flight.terms().readsHeap());
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
    return flight.reserve() != null ? flight.reserve() : reserve(state, flight.terms());
  }

  private Result loaded(KeyState state, Flight flight, Answer answer, String value) {
    long stamp = Math.min(flight.began(), answer.asOf());
    long expiresAt = stamp + (answer.ttl() == 0 ? flight.terms().ttl() : answer.ttl());
    Copy copy = Copy.fresh(value, stamp, expiresAt, flight.terms().fingerprintOrNull());
    KeyState filled =
        isBefore(state.heap(node), stamp) ? fill(state, flight.began(), copy, ALL) : state;
    return new Result(
        Seen.entry(Origin.SOURCE, value, stamp, expiresAt, null), store(filled, copy));
  }

  private Result loadedNull(KeyState state, Flight flight, Answer answer) {
    long stamp = Math.min(flight.began(), answer.asOf());
    KeyState emptied =
        mayFill(state, flight.began()) && !isAfter(state.heap(node), stamp)
            ? state.replaced(node, null, NONE, ALL)
            : state;
    Seen nothing = Seen.entry(Origin.SOURCE, null, stamp, stamp, null);
    return new Result(nothing, entomb(emptied, stamp, false));
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
    Copy held = state.heap(node); // one may have come that is fresh
    boolean isBetter = held != null && held.failure() == null && held.isServed(now, 0, here);
    return new Result(seen(standIn), isBetter ? state : fill(state, flight.began(), standIn, ALL));
  }

  // --- the table decides by stamps

  private KeyState store(KeyState state, Copy value) {
    Row row = row(state);
    long stamp = value.stamp();
    Copy heap = state.heap(node);
    Queue queue = state.side(node).queue();
    boolean isRefused =
        isOut
            ? queue.refuses(stamp)
            : stamp <= table.cleared() || (row != null && isKept(row, value));
    long expiredAt = row == null ? Row.NEVER : row.expiredAt();
    Row next = new Row(value.value(), stamp, value.expiresAt(), expiredAt, value.fingerprint());
    KeyState queued = isOut ? state.withQueue(node, queue.with(next, true)) : state;
    if (isRefused) {
      return queued.replaced(node, isAfter(heap, stamp) ? heap : null, stamp, ALL);
    }
    if (isOut) {
      return queued;
    }
    KeyState stored = state.with(next);
    if (expiredAt < stamp && table.expired() < stamp) {
      return stored;
    }
    Copy stale = heap != null && heap.order() <= stamp ? heap.ended() : heap;
    return stored.replaced(node, stale, stamp, ALL);
  }

  /** Writes a tombstone; {@code needsRow} if also where there is no row. */
  /** The same again is not refused by itself. */
  private static boolean isKept(Row row, Copy value) {
    return row.stamp() > value.stamp()
        || (row.stamp() == value.stamp() && !value.value().equals(row.value()));
  }

  private KeyState entomb(KeyState state, long stamp, boolean needsRow) {
    Row row = row(state);
    if (isOut) {
      Queue queue = state.side(node).queue();
      return state.withQueue(node, queue.with(Row.tombstone(stamp, null), needsRow));
    }
    boolean isLater = row == null ? needsRow : row.stamp() <= stamp;
    boolean isRefused = needsRow && stamp <= table.cleared();
    return isLater && !isRefused ? state.with(Row.tombstone(stamp, row)) : state;
  }

  /** The database takes what this node has queued. */
  KeyState flush(KeyState before) {
    Queue queue = before.side(node).queue();
    KeyState state = before.withQueue(node, Queue.EMPTY);
    if (queue.expiry() != Row.NEVER) {
      state = state.with(Row.expired(queue.expiry(), state.row()));
    }
    Row content = queue.content();
    if (content == null) {
      return state;
    }
    return content.value() == null
        ? entomb(state, content.stamp(), queue.needsRow())
        : store(state, content.copy());
  }

  // --- changes

  KeyState put(KeyState state, String value, long ttl, long stamp) {
    Copy copy = Copy.fresh(value, stamp, stamp + ttl, null);
    Copy heap = state.heap(node);
    return store(
        state.changed(node, stamp).replaced(node, isBefore(heap, stamp) ? copy : heap, stamp, ALL),
        copy);
  }

  Result add(KeyState state, String value, long ttl) {
    Row row = row(state);
    return row != null && row.isFresh(now, table)
        ? new Result(Seen.value("false"), state)
        : new Result(Seen.value("true"), put(state, value, ttl, now));
  }

  KeyState expire(KeyState state) {
    Copy heap = state.heap(node);
    KeyState ended =
        state.changed(node, now).replaced(node, heap == null ? null : heap.ended(), now, ALL);
    return isOut
        ? ended.withQueue(node, state.side(node).queue().expired(now))
        : ended.with(Row.expired(now, state.row()));
  }

  KeyState remove(KeyState state) {
    return entomb(state.changed(node, now).replaced(node, null, now, ALL), now, true);
  }

  /** Whether a filter that means this key meets it: here, under way, or in the table. */
  boolean isMet(KeyState state) {
    KeyState.Side side = state.side(node);
    Row content = side.queue().content();
    boolean isStored =
        isOut
            ? content != null && content.value() != null
            : state.row() != null && state.row().isUsable(table);
    return side.heap() != null || side.open() instanceof Flight || isStored;
  }

  KeyState changeLike(KeyState state, boolean removes) {
    KeyState changed = !isMet(state) ? state : removes ? remove(state) : expire(state);
    return changed.with(node, changed.side(node).withoutTiers());
  }

  // --- answers without a load

  Result peek(KeyState state) {
    Copy heap = state.heap(node);
    if (heap != null && heap.isServed(now, Long.MAX_VALUE, here)) {
      return new Result(seen(heap), state);
    }
    Below below = find(state, Terms.PLAIN);
    if (below != null) {
      KeyState filled =
          isBefore(heap, below.copy.stamp()) ? fill(state, now, below.copy, below.depth) : state;
      return new Result(seen(below.copy), filled);
    }
    Row row = row(state);
    if (row == null || !row.isFresh(now, table) || !isBefore(heap, row.stamp())) {
      return new Result(Seen.NOTHING, state);
    }
    return new Result(seenBackup(row.copy()), fill(state, now, row.copy(), ALL));
  }
}
