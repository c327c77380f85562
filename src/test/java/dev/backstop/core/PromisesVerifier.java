package dev.backstop.core;

import dev.backstop.core.Promises.Call;
import dev.backstop.core.Promises.Kind;
import dev.backstop.core.Promises.Next;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionResult;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.kotlinx.lincheck.execution.ResultWithClock;
import org.jetbrains.kotlinx.lincheck.util.ValueResult;
import org.jetbrains.lincheck.datastructures.verifier.CachedVerifier;
import org.jspecify.annotations.Nullable;

/**
 * Looks for an order of steps in which the {@link Promises} give what the threads were answered.
 */
public final class PromisesVerifier extends CachedVerifier {
  private static final AtomicLong VERIFIED = new AtomicLong();

  /** Lincheck makes one for each scenario, and gives it the class of the specification. */
  public PromisesVerifier(Class<?> specification) {}

  /** How many outcomes were verified; equal ones of a scenario are one. */
  static long verified() {
    return VERIFIED.get();
  }

  @Override
  public boolean verifyResultsImpl(ExecutionScenario scenario, ExecutionResult result) {
    VERIFIED.incrementAndGet();
    return new Search(scenario.getThreads(), result.getThreadsResultsWithClock()).run();
  }

  /** Where each thread is: how many of its calls have ended, and the one under way. */
  private record Place(Promises promises, List<Integer> ended, List<@Nullable Call> calls) {}

  private record Search(
      List<List<Actor>> threads, List<List<ResultWithClock>> results, Set<Place> deadEnds) {
    Search(List<List<Actor>> threads, List<List<ResultWithClock>> results) {
      this(threads, results, new HashSet<>());
    }

    boolean run() {
      return leadsToTheEnd(
          new Place(
              Promises.AT_FIRST,
              Collections.nCopies(threads.size(), 0),
              Collections.nCopies(threads.size(), null)));
    }

    private boolean leadsToTheEnd(Place place) {
      boolean isEnd = true;
      if (!deadEnds.add(place)) {
        return false;
      }
      for (int thread = 0; thread < threads.size(); thread++) {
        if (place.ended.get(thread) < threads.get(thread).size()) {
          isEnd = false;
          Place next = step(place, thread);
          if (next != null && leadsToTheEnd(next)) {
            return true;
          }
        }
      }
      return isEnd;
    }

    private @Nullable Place step(Place place, int thread) {
      int index = place.ended.get(thread);
      ResultWithClock result = results.get(thread).get(index);
      Call call = place.calls.get(thread);
      if (call == null) {
        for (int other = 0; other < threads.size(); other++) {
          if (place.ended.get(other) < result.getClockOnStart().get(other)) {
            return null; // that one returned before this one began
          }
        }
        call = call(threads.get(thread).get(index));
      }
      Next next = place.promises.step(call);
      if (next == null) {
        return null;
      }
      List<Integer> ended = new ArrayList<>(place.ended);
      List<@Nullable Call> calls = new ArrayList<>(place.calls);
      calls.set(thread, next.call());
      if (next.call().answer() != null) {
        if (!(result.getResult() instanceof ValueResult value
            && next.call().answer().equals(value.getValue()))) {
          return null;
        }
        ended.set(thread, index + 1);
        calls.set(thread, null);
      }
      return new Place(next.promises(), ended, calls);
    }

    private static Call call(Actor actor) {
      Kind kind = Kind.valueOf(actor.getMethod().getName().toUpperCase(Locale.ROOT));
      return Call.of(kind, "" + actor.getArguments().stream().findFirst().orElse(""));
    }
  }
}
