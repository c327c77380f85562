package dev.backstop.model;

import dev.backstop.model.Sequences.Sequence;
import java.util.ArrayList;
import java.util.List;

/** Makes a sequence that fails as short as it can be, by leaving out one thing after another. */
final class Shrinking {
  private Shrinking() {}

  /** Runs a sequence. */
  interface Runner {
    void run(List<Op> ops) throws Exception;
  }

  /** Runs a sequence; if it fails, fails with the shortest that still does. */
  static void check(Sequence sequence, Runner runner) {
    List<Op> ops = sequence.ops();
    AssertionError failure = failure(ops, runner);
    if (failure == null) {
      return;
    }
    List<Op> least = ops;
    boolean shorter = true;
    while (shorter) {
      shorter = false;
      for (List<Op> candidate : candidates(least)) {
        AssertionError other = failure(candidate, runner);
        if (other != null) {
          failure = other;
          least = candidate;
          shorter = true;
          break;
        }
      }
    }
    throw new AssertionError(
        "%s%nThe shortest part of %s that fails:%s"
            .formatted(failure.getMessage(), sequence, Op.print(least)),
        failure);
  }

  /** Everything that has one thing less: first the halves, then single steps, then their parts. */
  private static List<List<Op>> candidates(List<Op> ops) {
    List<List<Op>> candidates = new ArrayList<>();
    int size = ops.size();
    for (int length = size / 2; length >= 1; length /= 2) {
      for (int from = size - length; from >= 0; from -= length) {
        List<Op> less = new ArrayList<>(ops);
        less.subList(from, from + length).clear();
        candidates.add(less);
      }
    }
    for (int i = 0; i < size; i++) {
      for (Op simpler : ops.get(i).simpler()) {
        List<Op> other = new ArrayList<>(ops);
        other.set(i, simpler);
        candidates.add(other);
      }
    }
    return candidates;
  }

  private static AssertionError failure(List<Op> ops, Runner runner) {
    try {
      runner.run(ops);
      return null;
    } catch (AssertionError mismatch) {
      return mismatch;
    } catch (Exception broken) {
      return new AssertionError("Broken: " + broken, broken);
    }
  }
}
