package dev.backstop.model;

import dev.backstop.model.KeyState.Side;
import dev.backstop.model.Rules.Result;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** What a key may be like: one state, but where the contract leaves something open. */
final class States {
  private final int key;
  private Set<KeyState> all;

  States(int key, KeyState only) {
    this.key = key;
    this.all = Set.of(only);
  }

  boolean isOnly(KeyState state) {
    return all.equals(Set.of(state));
  }

  boolean anyMatch(Predicate<KeyState> holds) {
    return all.stream().anyMatch(holds);
  }

  boolean allMatch(Predicate<KeyState> holds) {
    return all.stream().allMatch(holds);
  }

  void each(UnaryOperator<KeyState> step) {
    filter(state -> true, step, () -> "never");
  }

  /** Leaves the states whose result is what was seen. */
  void expect(Seen seen, Function<KeyState, Result> step) {
    expect(seen, step, Result::seen);
  }

  void expect(Seen seen, Function<KeyState, Result> step, Function<Result, Seen> part) {
    Set<Seen> possible = new LinkedHashSet<>();
    Set<KeyState> left = new LinkedHashSet<>();
    for (KeyState state : all) {
      Result result = step.apply(state);
      possible.add(part.apply(result));
      if (part.apply(result).equals(seen)) {
        left.add(result.state());
      }
    }
    if (left.isEmpty()) {
      throw new Mismatch("key " + key + " must answer " + possible + ", was [" + seen + "]");
    }
    all = left;
  }

  void filter(Predicate<KeyState> holds, UnaryOperator<KeyState> step, Supplier<String> otherwise) {
    Set<KeyState> left = new LinkedHashSet<>();
    all.stream().filter(holds).map(step).forEach(left::add);
    if (left.isEmpty()) {
      throw new Mismatch("key " + key + ": " + otherwise.get() + "; known: " + all);
    }
    all = left;
  }

  /** One state becomes several. */
  void branch(Function<KeyState, List<KeyState>> ways) {
    Set<KeyState> more = new LinkedHashSet<>();
    all.forEach(state -> more.addAll(ways.apply(state)));
    all = more;
  }

  /** The same for what one node holds. */
  void branch(int node, Function<Side, List<Side>> ways) {
    branch(
        state ->
            ways.apply(state.side(node)).stream().map(side -> state.with(node, side)).toList());
  }
}
