package dev.backstop.model;

import dev.backstop.model.KeyState.Answered;
import dev.backstop.model.KeyState.Flight;
import dev.backstop.model.KeyState.Tier;
import dev.backstop.model.Rules.Result;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the library must answer. Of each key it knows a set of states: one, but where the contract
 * leaves something open (an eviction, a cull of what is idle). Each answer that is seen leaves
 * those that explain it; when none is left, the library is wrong, or this is.
 */
final class Model implements KeyChanges {
  private final Map<Integer, States> keys = new LinkedHashMap<>();
  private final Ended[] here = {Ended.NOTHING, Ended.NOTHING};
  private final int tiers;
  private final boolean mayEvict;
  private final boolean[][] isUnsure;
  private final long[] openedAt = {Long.MIN_VALUE, Long.MIN_VALUE};
  private final Ended[] queued = {Ended.NOTHING, Ended.NOTHING};
  private Ended table = Ended.NOTHING;
  private boolean isOut;
  private long now;

  /**
   * Knows nothing yet.
   *
   * @param tiers how many are below the heap
   * @param mayEvict whether the heap may lose any copy
   */
  Model(int keys, int tiers, boolean mayEvict) {
    for (int key = 0; key < keys; key++) {
      this.keys.put(key, new States(key, KeyState.empty(tiers)));
    }
    this.tiers = tiers;
    this.mayEvict = mayEvict;
    this.isUnsure = new boolean[2][tiers];
  }

  void now(long moment) {
    now = moment;
  }

  private Rules rules(int node, Ended ended, boolean out) {
    return new Rules(node, now, openedAt[node], here[node], ended, out);
  }

  private Rules rules(int node) {
    return rules(node, isOut ? here[node] : table, isOut); // it knows what it ended itself
  }

  /** The keys of which there is anything to know. */
  Set<Integer> usedKeys() {
    Set<Integer> used = new LinkedHashSet<>(keys.keySet());
    used.removeIf(key -> of(key).isOnly(KeyState.empty(tiers)));
    return used;
  }

  private States of(int key) {
    return keys.get(key);
  }

  /**
   * What a node may have lost of a key since it was last looked at: a heap that is full may have
   * evicted the copy, and a tier that failed may have lost its own, or may be silent.
   */
  private void unsettle(int node, int key) {
    if (mayEvict) {
      of(key).branch(node, side -> List.of(side, side.withHeap(null)));
    }
    for (int depth = 0; depth < tiers; depth++) {
      int tier = depth;
      if (isUnsure[node][depth]) {
        of(key).branch(node, side -> side.withUnsure(tier));
      }
    }
  }

  /**
   * A change of two steps fills the heap, which may evict the copy at once, and then finds that it
   * must end, or looks whether it is there: where it is gone, the tiers let it go, too.
   */
  private void evictBetween(int node, int key, boolean isAdd) {
    if (mayEvict) {
      of(key)
          .branch(
              node,
              side -> {
                Copy heap = side.heap();
                boolean hasEnded = heap == null || heap.until() == 0;
                return isAdd || hasEnded ? List.of(side, side.emptied()) : List.of(side);
              });
    }
  }

  private boolean isUnsure(int node) {
    for (boolean tier : isUnsure[node]) {
      if (tier) {
        return true;
      }
    }
    return false;
  }

  /** From now on a tier may fail: it may hold what it should, or nothing, but nothing else. */
  void unsure(int node, int depth) {
    isUnsure[node][depth] = true;
  }

  /** From now on the tiers of a node work: what they are told next they hold. */
  void sure(int node) {
    keys.keySet().forEach(key -> unsettle(node, key));
    Arrays.fill(isUnsure[node], false);
    keys.keySet().forEach(key -> of(key).each(state -> state.with(node, state.side(node).heard())));
  }

  /** A tier lost a key, or can't read it any more. */
  void lose(int node, int depth, int key) {
    of(key).each(state -> state.with(node, state.side(node).withTier(depth, Tier.EMPTY)));
  }

  // --- get

  void begin(int node, int key, Terms terms) {
    unsettle(node, key);
    of(key).each(state -> rules(node).begin(state, terms));
  }

  /** The loader was called for this key. */
  void asked(int node, int key) {
    of(key)
        .filter(
            state -> state.side(node).open() instanceof Flight,
            state -> {
              Flight flight = (Flight) Objects.requireNonNull(state.side(node).open());
              return state.withOpen(
                  node, new Flight(flight.began(), flight.terms(), flight.reserve(), true));
            },
            () -> "the source must not be asked");
  }

  /** The get ended so; {@code answer} is null if the source was not asked. */
  void end(int node, int key, Seen seen, @Nullable Answer answer, boolean seesValueOnly) {
    unsettle(node, key);
    of(key).expect(seen, state -> result(node, state, answer, seesValueOnly));
    evictBetween(node, key, false);
  }

  private Result result(int node, KeyState state, @Nullable Answer answer, boolean seesValueOnly) {
    if (state.side(node).open() instanceof Answered answered) {
      Seen seen = seesValueOnly ? Seen.value(answered.value()) : answered.entry();
      return new Result(seen, state.withOpen(node, null));
    }
    Flight flight = (Flight) Objects.requireNonNull(state.side(node).open());
    if (!flight.wasAsked() || answer == null) {
      return new Result(Seen.part("must ask the source"), state.withOpen(node, null));
    }
    Result result = rules(node).land(state, flight, answer);
    return seesValueOnly ? new Result(result.seen().valueOnly(), result.state()) : result;
  }

  /** Whether a bulk get may fail for this key. */
  boolean mayThrow(int node, int key, @Nullable Answer answer) {
    unsettle(node, key);
    return of(key).anyMatch(state -> result(node, state, answer, true).seen().isThrown());
  }

  /** The get ended for this key in a way that its caller did not see. */
  void endUnseen(int node, int key, @Nullable Answer answer) {
    unsettle(node, key);
    of(key).each(state -> result(node, state, answer, true).state());
    evictBetween(node, key, false);
  }

  // --- everything else

  void peek(int node, int key, Seen seen, Function<Seen, Seen> part) {
    unsettle(node, key);
    of(key).expect(seen, rules(node)::peek, result -> part.apply(result.seen()));
  }

  @Override
  public void put(int node, int key, String value, long ttl, long asOf) {
    unsettle(node, key);
    of(key).each(state -> rules(node).put(state, value, ttl, Math.min(now, asOf)));
    evictBetween(node, key, false);
  }

  void add(int node, int key, Seen seen, String value, long ttl) {
    unsettle(node, key);
    of(key).expect(seen, state -> rules(node).add(state, value, ttl));
    evictBetween(node, key, true);
  }

  @Override
  public void expire(int node, int key) {
    unsettle(node, key);
    of(key).each(rules(node)::expire);
  }

  @Override
  public void remove(int node, int key) {
    unsettle(node, key);
    of(key).each(rules(node)::remove);
  }

  void end(int node, Ended what) {
    here[node] = here[node].or(what);
    if (isOut) {
      queued[node] = queued[node].or(what);
    } else {
      table = table.or(what);
    }
    if (what.cleared() > Long.MIN_VALUE) {
      for (int key : keys.keySet()) {
        unsettle(node, key);
        of(key)
            .branch(
                node,
                side -> {
                  KeyState.Side kept = side.cleared(what.cleared());
                  return isUnsure(node) // a tier that can't be emptied keeps what is newer
                      ? List.of(kept, kept.withoutTiers())
                      : List.of(kept.withoutTiers());
                });
      }
    }
  }

  /** How many keys a filter said that it changed. */
  void met(int node, List<Integer> meant, long changed) {
    meant.forEach(key -> unsettle(node, key));
    long least = meant.stream().filter(key -> of(key).allMatch(rules(node)::isMet)).count();
    long most = meant.stream().filter(key -> of(key).anyMatch(rules(node)::isMet)).count();
    if (changed < least || changed > most) {
      throw new Mismatch("A filter must meet %s to %s, met %s".formatted(least, most, changed));
    }
  }

  void changeLike(int node, List<Integer> meant, boolean removes) {
    for (int key : meant) {
      unsettle(node, key);
      of(key).each(state -> rules(node).changeLike(state, removes));
    }
  }

  /** The node was closed and opened again: its heap is empty, its tiers are not. */
  void restart(int node) {
    here[node] = Ended.NOTHING;
    openedAt[node] = now;
    keys.keySet()
        .forEach(key -> of(key).each(state -> state.with(node, state.side(node).withHeap(null))));
  }

  /** The database is out. */
  void out() {
    isOut = true;
  }

  boolean isOut() {
    return isOut;
  }

  /** The database is back, and took what was queued: one node's first, and nobody knows whose. */
  void back() {
    isOut = false;
    Ended all = table.or(queued[0]).or(queued[1]);
    for (States key : keys.values()) {
      key.branch(state -> List.of(flushed(state, 0, all), flushed(state, 1, all)));
    }
    table = all;
    Arrays.fill(queued, Ended.NOTHING);
  }

  private KeyState flushed(KeyState state, int first, Ended all) {
    KeyState half = rules(first, table.or(queued[first]), false).flush(state);
    return rules(1 - first, all, false).flush(half);
  }

  /** A cull ended: the rows that had to go are gone, those that might may be. */
  void cull(long idle, long tombstoneFor) {
    for (States key : keys.values()) {
      key.branch(
          state -> {
            Row row = state.row();
            boolean may = row != null && row.mayGo(now, table, idle, tombstoneFor);
            if (!may) {
              return List.of(state);
            }
            KeyState gone = state.with((Row) null);
            boolean must = row.mustGo(table);
            return must ? List.of(gone) : List.of(state, gone);
          });
    }
  }

  /** The table holds that row. */
  void row(int key, @Nullable Row row) {
    of(key)
        .filter(
            state -> Objects.equals(state.row(), row),
            state -> state,
            () -> "the table must not hold " + row);
  }
}
