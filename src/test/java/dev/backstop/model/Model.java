package dev.backstop.model;

import dev.backstop.model.KeyState.Answered;
import dev.backstop.model.KeyState.Flight;
import dev.backstop.model.Rules.Result;
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
  private final boolean mayEvict;
  private Ended table = Ended.NOTHING;
  private long now;

  Model(int keys, boolean mayEvict) {
    for (int key = 0; key < keys; key++) {
      this.keys.put(key, Set.of(KeyState.EMPTY));
    }
    this.mayEvict = mayEvict;
  }

  void now(long moment) {
    now = moment;
  }

  private Rules rules(int node) {
    return new Rules(node, now, here[node], table);
  }

  /** The keys of which there is anything to know. */
  Set<Integer> usedKeys() {
    Set<Integer> used = new LinkedHashSet<>(keys.keySet());
    used.removeIf(key -> keys.get(key).equals(Set.of(KeyState.EMPTY)));
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

  /** A heap that is full may have lost any copy. */
  private void evict() {
    if (mayEvict) {
      for (int node = 0; node < 2; node++) {
        for (int key : List.copyOf(keys.keySet())) {
          Set<KeyState> more = new LinkedHashSet<>(keys.get(key));
          for (KeyState state : keys.get(key)) {
            more.add(state.withCopy(node, null));
          }
          keys.put(key, more);
        }
      }
    }
  }

  // --- get

  void begin(int node, int key, Terms terms) {
    evict();
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
    evict();
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
    evict();
    each(key, state -> result(node, state, answer, true).state());
  }

  // --- everything else

  void peek(int node, int key, Seen seen, Function<Seen, Seen> part) {
    evict();
    expect(key, seen, rules(node)::peek, result -> part.apply(result.seen()));
  }

  void put(int node, int key, String value, long ttl, long asOf) {
    each(key, state -> rules(node).put(state, value, ttl, Math.min(now, asOf)));
    evict();
  }

  void add(int node, int key, Seen seen, String value, long ttl) {
    expect(key, seen, state -> rules(node).add(state, value, ttl));
    evict();
  }

  void expire(int node, int key) {
    each(key, rules(node)::expire);
  }

  void remove(int node, int key) {
    each(key, rules(node)::remove);
  }

  void end(int node, Ended what) {
    here[node] = here[node].or(what);
    table = table.or(what);
    if (what.cleared() > Long.MIN_VALUE) {
      keys.keySet().forEach(key -> each(key, state -> state.withCopy(node, null)));
    }
  }

  /** The node was closed and opened again. */
  void restart(int node) {
    here[node] = Ended.NOTHING;
    keys.keySet().forEach(key -> each(key, state -> state.with(node, KeyState.Side.EMPTY)));
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
