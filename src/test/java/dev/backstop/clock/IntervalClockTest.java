package dev.backstop.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** What the order of all changes rests on: what is known of the database's time. */
class IntervalClockTest {
  private static final int SCHEDULES = 5_000;
  private static final int STEPS = 40;
  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000_000_000;
  private static final long SECOND_IN_MICROS = 1_000_000;

  private final Random random = new Random(20_260_115);
  private final SimulatedTime time = new SimulatedTime(random);

  /** Delays and gaps of every size: what is rounded wrong shows in the small ones. */
  private long anyLength() {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> random.nextInt(2_000);
      case 2 -> random.nextLong(2 * MILLI);
      case 3 -> random.nextLong(SECOND);
      case 4 -> random.nextLong(10 * SECOND);
      default -> random.nextLong(MICRO);
    };
  }

  private int anyDrift() {
    int most = SimulatedTime.MOST_DRIFT_MILLIONTHS;
    return random.nextBoolean()
        ? (random.nextBoolean() ? most : -most)
        : random.nextInt(2 * most + 1) - most;
  }

  @Test
  void earliestAndLatestHoldTheTruthBetweenThem_whateverTheDelaysAndTheDrift() {
    for (int schedule = 0; schedule < SCHEDULES; schedule++) {
      SimulatedTime shown = new SimulatedTime(random);
      IntervalClock clock = new IntervalClock(shown, shown.local(anyLength()));
      clock.add(shown.ask(anyLength()));
      long lastEarliest = Long.MIN_VALUE;
      long lastLatest = Long.MIN_VALUE;
      for (int i = 0; i < STEPS; i++) {
        shown.drift(anyDrift());
        shown.advance(anyLength());
        if (random.nextInt(3) == 0) {
          Sample sample = shown.ask(anyLength());
          shown.advance(anyLength()); // the thread is not always quick to say so
          clock.add(sample);
        }
        long truth = shown.databaseMicros();
        long earliest = clock.earliest().micros();
        long latest = clock.latest().micros();
        assertThat(earliest).isLessThanOrEqualTo(truth).isGreaterThanOrEqualTo(lastEarliest);
        assertThat(latest).isGreaterThan(truth).isGreaterThan(lastLatest);
        assertThat(clock.earliest().epoch()).isEqualTo(1); // nothing looked like a step
        lastEarliest = earliest;
        lastLatest = latest;
      }
    }
  }

  /** The whole order rests on it: a change during a load is above it, on whichever node. */
  @Test
  void latestOnOneNode_isAboveEveryEarliestThatWasTakenBeforeOnAnother() {
    for (int schedule = 0; schedule < SCHEDULES; schedule++) {
      SimulatedTime shown = new SimulatedTime(random);
      List<IntervalClock> nodes = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        IntervalClock node = new IntervalClock(shown, shown.local(random.nextInt()));
        node.add(shown.ask(anyLength()));
        nodes.add(node);
      }
      long highestEarliest = Long.MIN_VALUE;
      for (int i = 0; i < STEPS; i++) {
        shown.drift(anyDrift());
        shown.advance(random.nextInt(3) == 0 ? anyLength() : 0); // often nothing lies between
        IntervalClock node = nodes.get(random.nextInt(nodes.size()));
        switch (random.nextInt(3)) {
          case 0 -> node.add(shown.ask(anyLength()));
          case 1 -> highestEarliest = Math.max(highestEarliest, node.earliest().micros());
          default -> assertThat(node.latest().micros()).isGreaterThan(highestEarliest);
        }
      }
    }
  }

  @Test
  void interval_isAsNarrowAsTheBestRecentSample() {
    IntervalClock clock = sampled(0);
    IntervalClock other = sampled(0);
    time.advance(SECOND);
    Sample slow = time.ask(SECOND);
    clock.add(slow); // far worse than the one before, which is left in force
    assertThat(width(clock)).isEqualTo(width(other)).isLessThan(10_000);
    // The allowance for drift grows, until a sample no worse than that is the better one.
    time.advance(1_000 * SECOND);
    clock.add(time.ask(10 * MILLI));
    assertThat(width(clock)).isLessThan(25_000);
    assertThat(width(other)).isGreaterThan(1_900_000);
  }

  private static long width(IntervalClock clock) {
    return clock.latest().micros() - clock.earliest().micros();
  }

  @Test
  void latest_isStrictlyIncreasingWhileTimeStandsStill() {
    IntervalClock clock = sampled(0);
    long last = clock.latest().micros();
    for (int i = 0; i < 1_000; i++) {
      long next = clock.latest().micros();
      assertThat(next).isGreaterThan(last);
      last = next;
    }
    assertThat(clock.earliest().micros()).isLessThanOrEqualTo(time.databaseMicros());
  }

  @Test
  void now_isWithinTheInterval() {
    IntervalClock clock = sampled(20 * MILLI);
    for (int i = 0; i < 100; i++) {
      time.advance(anyLength());
      assertThat(clock.now()).isBetween(clock.earliest().micros(), clock.latest().micros());
    }
  }

  @Test
  void beforeTheFirstSample_theLocalClockServes() {
    IntervalClock clock = new IntervalClock(time, time.local(123_456));
    assertThat(clock.now()).isEqualTo(time.databaseMicros() + 123_456);
    time.advance(SECOND);
    assertThat(clock.earliest().micros())
        .isBetween(time.databaseMicros() + 120_000, time.databaseMicros() + 123_456);
    assertThat(clock.latest().micros()).isGreaterThan(time.databaseMicros() + 123_456);
  }

  @Test
  void stepBack_isToldOnceAndRebases() {
    for (long step : List.of(1_001L, 3_600L)) {
      IntervalClock clock = sampled(MILLI);
      List<String> calls = new ArrayList<>();
      clock.onStepBack(() -> calls.add("first"));
      clock.onStepBack(() -> calls.add("second"));
      time.advance(MILLI);
      time.step(-step * SECOND);
      List<LogRecord> lines =
          logged(
              () -> {
                clock.add(time.ask(MILLI));
                clock.add(time.ask(MILLI)); // the next one fits
              });
      assertThat(lines).hasSize(1);
      assertThat(lines.get(0).getLevel()).isEqualTo(Level.WARNING);
      assertThat(calls).containsExactly("first", "second");
      checkThatItHoldsTheTruth(clock);
    }
  }

  @Test
  void smallStepBack_isToldOnceAndCallsNobody() {
    IntervalClock clock = sampled(MILLI);
    List<String> calls = new ArrayList<>();
    clock.onStepBack(() -> calls.add("called"));
    time.step(-SECOND / 2);
    List<LogRecord> lines = logged(() -> clock.add(time.ask(MILLI)));
    assertThat(lines).singleElement().extracting(LogRecord::getLevel).isEqualTo(Level.WARNING);
    assertThat(calls).isEmpty();
    checkThatItHoldsTheTruth(clock);
  }

  @Test
  void stepBackThatCouldAsWellBeADelay_isNone() {
    IntervalClock clock = sampled(0);
    time.advance(10 * SECOND);
    time.step(-5 * MILLI); // the allowance for drift is 10 ms by now
    List<LogRecord> lines = logged(() -> clock.add(time.ask(0)));
    assertThat(lines).isEmpty();
    checkThatItHoldsTheTruth(clock);
  }

  @Test
  void stepForward_rebasesAndCallsNobody() {
    IntervalClock clock = sampled(MILLI);
    List<String> calls = new ArrayList<>();
    clock.onStepBack(() -> calls.add("called"));
    Stamp before = clock.latest();
    time.step(3_600 * SECOND);
    List<LogRecord> lines = logged(() -> clock.add(time.ask(MILLI)));
    // It harms nobody: all stamps are below.
    assertThat(lines).noneMatch(line -> line.getLevel().intValue() >= Level.WARNING.intValue());
    assertThat(calls).isEmpty();
    assertThat(clock.current(before)).isEqualTo(before.micros());
    assertThat(clock.earliest().micros()).isGreaterThan(before.micros());
    checkThatItHoldsTheTruth(clock);
  }

  @Test
  void firstSample_isNoStep() {
    for (long wrongBy : List.of(0L, 100L)) {
      IntervalClock clock = new IntervalClock(time, time.local(wrongBy));
      List<String> calls = new ArrayList<>();
      clock.onStepBack(() -> calls.add("called"));
      assertThat(logged(() -> clock.add(time.ask(MILLI)))).isEmpty();
      assertThat(calls).isEmpty();
      checkThatItHoldsTheTruth(clock);
    }
  }

  @Test
  void firstSampleFarFromTheLocalClock_callsTheListeners() {
    // What was cached before has stamps, and expiries, in the future; or it lies far below what is
    // stamped from now on, as if it had been older.
    for (long wrongBy : List.of(-3_600 * SECOND_IN_MICROS, 3_600 * SECOND_IN_MICROS)) {
      IntervalClock clock = new IntervalClock(time, time.local(wrongBy));
      List<String> calls = new ArrayList<>();
      clock.onStepBack(() -> calls.add("called"));
      assertThat(logged(() -> clock.add(time.ask(MILLI)))).isEmpty();
      assertThat(calls).containsExactly("called");
    }
  }

  @Test
  void sampleThatIsLate_provesNoStep() {
    IntervalClock clock = sampled(MILLI);
    Sample late = time.ask(MILLI);
    time.step(3_600 * SECOND);
    clock.add(time.ask(MILLI));
    assertThat(logged(() -> clock.add(late))).isEmpty();
    checkThatItHoldsTheTruth(clock);
  }

  @Test
  void stampsFromBeforeTheFirstSample_areCarriedOver() {
    for (long wrongBy : List.of(-3_600 * SECOND_IN_MICROS, 3_600 * SECOND_IN_MICROS)) {
      IntervalClock clock = new IntervalClock(time, time.local(wrongBy));
      checkThatStampsAreCarriedOver(clock, 0);
    }
  }

  @Test
  void stampsFromBeforeAStepBack_areCarriedOver() {
    for (long delay : List.of(0L, MILLI, 100 * MILLI)) {
      IntervalClock clock = sampled(delay);
      checkThatStampsAreCarriedOver(clock, -10 * SECOND);
      checkThatStampsAreCarriedOver(clock, -SECOND / 3);
      checkThatStampsAreCarriedOver(clock, -10 * SECOND);
    }
  }

  private void checkThatStampsAreCarriedOver(IntervalClock clock, long step) {
    Stamp load = clock.earliest();
    Stamp put = clock.latest();
    Stamp nextPut = clock.latest();
    Stamp given = Stamp.given(12_345);
    long truth = time.databaseMicros();
    time.step(step);
    clock.add(time.ask(0));
    assertThat(clock.current(put) - clock.current(load))
        .isGreaterThanOrEqualTo(put.micros() - load.micros());
    assertThat(clock.current(load)).isLessThanOrEqualTo(truth + step / MICRO);
    assertThat(clock.current(nextPut)).isGreaterThan(clock.current(put));
    assertThat(clock.current(load)).isLessThanOrEqualTo(clock.earliest().micros());
    // The later change wins, also where the clock was known less well before.
    assertThat(clock.current(nextPut)).isLessThan(clock.latest().micros());
    assertThat(clock.current(given)).isEqualTo(12_345);
    assertThat(clock.current(clock.latest())).isGreaterThan(truth + step / MICRO);
    Stamp now = clock.latest();
    assertThat(clock.current(now)).isEqualTo(now.micros());
  }

  @Test
  void awaitPassed_returnsOnceEarliestIsAbove() {
    IntervalClock clock = ticking();
    Stamp change = clock.latest();
    assertThat(clock.earliest().micros()).isLessThanOrEqualTo(change.micros());
    clock.awaitPassed(change.micros(), 3_600 * SECOND);
    assertThat(clock.earliest().micros()).isGreaterThan(change.micros());
  }

  @Test
  void awaitPassed_waitsNoLongerThanTheBound() {
    IntervalClock clock = ticking();
    long far = clock.latest().micros() + 3_600 * SECOND_IN_MICROS;
    long before = time.getAsLong();
    clock.awaitPassed(far, 20 * MILLI);
    assertThat(time.getAsLong() - before).isBetween(20 * MILLI, 25 * MILLI);
    assertThat(clock.earliest().micros()).isLessThan(far);
  }

  @Test
  void awaitPassed_endsAtAnInterruptAndKeepsTheFlag() {
    IntervalClock clock = ticking();
    long far = clock.latest().micros() + 3_600 * SECOND_IN_MICROS;
    Thread.currentThread().interrupt();
    clock.awaitPassed(far, 3_600 * SECOND);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(clock.earliest().micros()).isLessThan(far);
  }

  /** Time goes on by being looked at. */
  private IntervalClock ticking() {
    IntervalClock clock =
        new IntervalClock(
            () -> {
              time.advance(MILLI / 10);
              return time.getAsLong();
            },
            time.local(0));
    clock.add(time.ask(2 * MILLI));
    return clock;
  }

  private IntervalClock sampled(long delay) {
    IntervalClock clock = new IntervalClock(time, time.local(0));
    clock.add(time.ask(delay));
    return clock;
  }

  private void checkThatItHoldsTheTruth(IntervalClock clock) {
    assertThat(clock.earliest().micros()).isLessThanOrEqualTo(time.databaseMicros());
    assertThat(clock.latest().micros()).isGreaterThan(time.databaseMicros());
  }

  private static List<LogRecord> logged(Runnable call) {
    List<LogRecord> records = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord logged) {
            records.add(logged);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("dev.backstop");
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    try {
      call.run();
    } finally {
      logger.setUseParentHandlers(true);
      logger.removeHandler(handler);
    }
    return records;
  }
}
