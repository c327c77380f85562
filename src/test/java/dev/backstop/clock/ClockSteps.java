package dev.backstop.clock;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** What happens to a database's clock, to messages and to the nodes that ask it for its time. */
final class ClockSteps {
  private static final long LONGEST = 20_000_000_000L;

  /** What may happen. */
  enum Kind {
    WAIT,
    /** As far as is allowed for. */
    DRIFT,
    /** Farther than that. */
    RUN_AWAY,
    /** A question and its answer, each slow or not. */
    SAMPLE,
    /** A question whose answer is slow to be told. */
    ASK,
    /** The last answer of those is told first. */
    ARRIVE,
    STAMP,
    STEP_BACK,
    STEP_FORWARD
  }

  /**
   * One thing that happens.
   *
   * @param to which node it happens
   * @param nanos how far, how late, how long
   */
  record Step(Kind kind, int to, long nanos) {}

  private final SimulatedTime time = new SimulatedTime(new Random(4_711));
  private final List<IntervalClock> nodes = new ArrayList<>();
  private final List<Deque<Sample>> onTheirWay = new ArrayList<>();

  ClockSteps(int count) {
    for (int i = 0; i < count; i++) {
      IntervalClock node = unsampled(i * 900_000_000L);
      node.add(time.ask(1_000_000));
      nodes.add(node);
      onTheirWay.add(new ArrayDeque<>());
    }
  }

  static Arbitrary<List<Step>> of(Kind... kinds) {
    Arbitrary<Long> nanos =
        Arbitraries.oneOf(
            Arbitraries.longs().between(0, 5_000),
            Arbitraries.longs().between(0, 5_000_000),
            Arbitraries.longs().between(0, LONGEST));
    return Combinators.combine(Arbitraries.of(kinds), Arbitraries.integers().between(0, 2), nanos)
        .as(Step::new)
        .list()
        .ofMaxSize(30);
  }

  SimulatedTime time() {
    return time;
  }

  List<IntervalClock> nodes() {
    return nodes;
  }

  IntervalClock node(Step step) {
    return nodes.get(step.to % nodes.size());
  }

  /** What the database's clock shows. */
  long truth() {
    return time.databaseMicros();
  }

  /** One that knows this machine's clock alone, which is wrong by so much. */
  IntervalClock unsampled(long wrongByMicros) {
    return new IntervalClock(time, time.local(wrongByMicros));
  }

  /** One for which time goes on by being looked at. */
  IntervalClock ticking() {
    return new IntervalClock(
        () -> {
          time.advance(100_000);
          return time.getAsLong();
        },
        time.local(0));
  }

  void run(Step step) {
    IntervalClock node = node(step);
    Deque<Sample> late = onTheirWay.get(step.to % nodes.size());
    switch (step.kind) {
      case WAIT -> time.advance(step.nanos);
      case DRIFT -> time.drift((int) (step.nanos % 2_001) - 1_000);
      case RUN_AWAY -> time.drift((int) (step.nanos % 100_001) - 50_000);
      case SAMPLE -> node.add(time.ask(step.nanos));
      case ASK -> late.push(time.ask(step.nanos));
      case ARRIVE -> {
        if (!late.isEmpty()) {
          node.add(late.pop());
        }
      }
      case STAMP -> {
        node.earliest();
        node.latest();
      }
      case STEP_BACK -> time.step(-step.nanos);
      case STEP_FORWARD -> time.step(step.nanos * 180);
    }
  }
}
