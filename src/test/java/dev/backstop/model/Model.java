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
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the library must answer. Of each key it knows a set of states: one, but where the contract
 * leaves something open (an eviction, a cull of what is idle). Each answer that is seen leaves
 * those that explain it; when none is left, the library is wrong, or this is.
 */
final class Model {
  private final Map<Integer, Set<KeyState>> keys = new LinkedHashMap<>();
  private final Ended[] here = {Ended.NOTHING, Ended.NOTHING};
  private final int tiers;
  private final boolean mayEvict;
  private final boolean[][] isUnsure;
  private final long[] openedAt = {Long.MIN_VALUE, Long.MIN_VALUE};
  private Ended table = Ended.NOTHING;
  private long now;

  /**
   * Knows nothing yet.
   *
   * @param tiers how many are below the heap
   * @param mayEvict whether the heap may lose any copy
   */
  Model(int keys, int tiers, boolean mayEvict) {
    for (int key = 0; key < keys; key++) {
      this.keys.put(key, Set.of(KeyState.empty(tiers)));
    }
    this.tiers = tiers;
    this.mayEvict = mayEvict;
    this.isUnsure = new boolean[2][tiers];
  }

  void now(long moment) {
    now = moment;
  }

  private Rules rules(int node) {
    return new Rules(node, now, openedAt[node], here[node], table);
  }

  /** The keys of which there is anything to know. */
  Set<Integer> usedKeys() {
    Set<Integer> used = new LinkedHashSet<>(keys.keySet());
    used.removeIf(key -> keys.get(key).equals(Set.of(KeyState.empty(tiers))));
    return used;
  }

  // --- how states follow each other

  private void each(int key, UnaryOperator<KeyState> step) {
    filter(key, state -> true, step, () -> "never");
  }

  /** Leaves the states whose result is what was seen. */
  private void expect(int key, Seen seen, Function<KeyState, Result> step) {
    expect(key, seen, step, Result::seen);
  }

  private void expect(
      int key, Seen seen, Function<KeyState, Result> step, Function<Result, Seen> part) {
    Set<Seen> possible = new LinkedHashSet<>();
    Set<KeyState> left = new LinkedHashSet<>();
    for (KeyState state : keys.get(key)) {
      Result result = step.apply(state);
      possible.add(part.apply(result));
      if (part.apply(result).equals(seen)) {
        left.add(result.state());
      }
    }
    if (left.isEmpty()) {
      throw new Mismatch("key " + key + " must answer " + possible + ", was [" + seen + "]");
    }
    keys.put(key, left);
  }

  private void filter(
      int key,
      Predicate<KeyState> holds,
      UnaryOperator<KeyState> step,
      Supplier<String> otherwise) {
    Set<KeyState> left = new LinkedHashSet<>();
    keys.get(key).stream().filter(holds).map(step).forEach(left::add);
    if (left.isEmpty()) {
      throw new Mismatch("key " + key + ": " + otherwise.get() + "; known: " + keys.get(key));
    }
    keys.put(key, left);
  }

  /** The library and the model disagree. */
  static final class Mismatch extends AssertionError {
    private static final long serialVersionUID = 1L;

    Mismatch(String message) {
      super(message);
    }

    private Mismatch(String message, Mismatch cause) {
      super(message, cause);
    }

    Mismatch at(Op op, long now) {
      return new Mismatch(getMessage() + "\n  at " + now + " in " + op, this);
    }
  }

  /**
   * What a node may have lost of a key since it was last looked at: a heap that is full may have
   * evicted the copy, and a tier that failed may have lost its own, or may be silent.
   */
  private void unsettle(int node, int key) {
    Set<KeyState> states = keys.get(key);
    if (mayEvict) {
      states = branch(states, node, side -> List.of(side, side.withHeap(null)));
    }
    for (int depth = 0; depth < tiers; depth++) {
      int tier = depth;
      if (isUnsure[node][depth]) {
        states =
            branch(
                states,
                node,
                side -> {
                  Copy held = side.tiers().get(tier).held();
                  return List.of(
                      side.withTier(tier, new Tier(held, false)),
                      side.withTier(tier, new Tier(held, held != null)),
                      side.withTier(tier, Tier.EMPTY));
                });
      }
    }
    keys.put(key, states);
  }

  private static Set<KeyState> branch(
      Set<KeyState> states, int node, Function<KeyState.Side, List<KeyState.Side>> ways) {
    Set<KeyState> more = new LinkedHashSet<>();
    for (KeyState state : states) {
      ways.apply(state.side(node)).forEach(side -> more.add(state.with(node, side)));
    }
    return more;
  }

  /** From now on a tier may fail: it may hold what it should, or nothing, but nothing else. */
  void unsure(int node, int depth) {
    isUnsure[node][depth] = true;
  }

  /** From now on the tiers of a node work: what they are told next they hold. */
  void sure(int node) {
    keys.keySet().forEach(key -> unsettle(node, key));
    Arrays.fill(isUnsure[node], false);
    keys.keySet().forEach(key -> each(key, state -> state.with(node, heard(state.side(node)))));
  }

  private static KeyState.Side heard(KeyState.Side side) {
    KeyState.Side heard = side;
    for (int depth = 0; depth < side.tiers().size(); depth++) {
      heard = heard.withTier(depth, new Tier(side.tiers().get(depth).held(), false));
    }
    return heard;
  }

  /** A tier lost a key, or can't read it any more. */
  void lose(int node, int depth, int key) {
    each(key, state -> state.with(node, state.side(node).withTier(depth, Tier.EMPTY)));
  }

  // --- get

  void begin(int node, int key, Terms terms) {
    unsettle(node, key);
    each(key, state -> rules(node).begin(state, terms));
  }

  /** The loader was called for this key. */
  void asked(int node, int key) {
    filter(
        key,
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
    expect(key, seen, state -> result(node, state, answer, seesValueOnly));
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
    return keys.get(key).stream()
        .anyMatch(state -> result(node, state, answer, true).seen().isThrown());
  }

  /** The get ended for this key in a way that its caller did not see. */
  void endUnseen(int node, int key, @Nullable Answer answer) {
    unsettle(node, key);
    each(key, state -> result(node, state, answer, true).state());
  }

  // --- everything else

  void peek(int node, int key, Seen seen, Function<Seen, Seen> part) {
    unsettle(node, key);
    expect(key, seen, rules(node)::peek, result -> part.apply(result.seen()));
  }

  void put(int node, int key, String value, long ttl, long asOf) {
    unsettle(node, key);
    each(key, state -> rules(node).put(state, value, ttl, Math.min(now, asOf)));
  }

  void add(int node, int key, Seen seen, String value, long ttl) {
    unsettle(node, key);
    expect(key, seen, state -> rules(node).add(state, value, ttl));
    if (mayEvict) { // an add is two steps: if the copy goes in between, the tiers let it go, too
      keys.put(key, branch(keys.get(key), node, side -> List.of(side, cleared(side))));
    }
  }

  void expire(int node, int key) {
    unsettle(node, key);
    each(key, rules(node)::expire);
  }

  void remove(int node, int key) {
    unsettle(node, key);
    each(key, rules(node)::remove);
  }

  void end(int node, Ended what) {
    here[node] = here[node].or(what);
    table = table.or(what);
    if (what.cleared() > Long.MIN_VALUE) {
      keys.keySet().forEach(key -> each(key, state -> state.with(node, cleared(state.side(node)))));
    }
  }

  private static KeyState.Side cleared(KeyState.Side side) {
    KeyState.Side empty = KeyState.Side.empty(side.tiers().size());
    return new KeyState.Side(null, empty.tiers(), side.floor(), side.open());
  }

  /** The node was closed and opened again: its heap is empty, its tiers are not. */
  void restart(int node) {
    here[node] = Ended.NOTHING;
    openedAt[node] = now;
    keys.keySet()
        .forEach(key -> each(key, state -> state.with(node, state.side(node).withHeap(null))));
  }

  /** A cull ended: the rows that had to go are gone, those that might may be. */
  void cull(long idle, long tombstoneFor) {
    for (int key : List.copyOf(keys.keySet())) {
      Set<KeyState> after = new LinkedHashSet<>();
      for (KeyState state : keys.get(key)) {
        Row row = state.row();
        boolean may = row != null && row.mayGo(now, table, idle, tombstoneFor);
        if (!may || !row.mustGo(now, table, tombstoneFor)) {
          after.add(state);
        }
        if (may) {
          after.add(state.with((Row) null));
        }
      }
      keys.put(key, after);
    }
  }

  /** The table holds that row. */
  void row(int key, @Nullable Row row) {
    filter(
        key,
        state -> Objects.equals(state.row(), row),
        state -> state,
        () -> "the table must not hold " + row);
  }
}
