package dev.backstop.clock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.clock.ClockSteps.Kind;
import dev.backstop.clock.ClockSteps.Step;
import dev.backstop.testing.Outcome;
import dev.backstop.testing.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What is promised of the database's time, whatever that clock, the network and threads do. */
@Tag("reliability")
@PropertyDefaults(tries = 400)
class IntervalClockPropertiesTest {
  /** Held, or it would forget that it is off. */
  private static final Logger LOGGER = Logger.getLogger("dev.backstop");

  @BeforeContainer
  static void beQuiet() {
    LOGGER.setLevel(Level.OFF);
  }

  @AfterContainer
  static void speak() {
    LOGGER.setLevel(null);
  }

  @Provide
  Arbitrary<List<Step>> steadySteps() {
    return ClockSteps.of(Kind.WAIT, Kind.DRIFT, Kind.SAMPLE, Kind.ASK, Kind.ARRIVE, Kind.STAMP);
  }

  @Provide
  Arbitrary<List<Step>> anySteps() {
    return ClockSteps.of(Kind.values());
  }

  @Property
  void theTruth_liesBetweenEarliestAndLatest(@ForAll("steadySteps") List<Step> steps) {
    ClockSteps world = new ClockSteps(2);
    for (Step step : steps) {
      world.run(step);
      for (IntervalClock node : world.nodes()) {
        assertThat(node.earliest().micros()).isLessThanOrEqualTo(world.truth());
        assertThat(node.latest().micros()).isGreaterThan(world.truth());
      }
    }
  }

  /** On it the whole order rests: a change during a load wins, on whichever node. */
  @Property
  void aChange_isAboveEveryLoadThatBeganBeforeOnAnyNode(@ForAll("steadySteps") List<Step> steps) {
    ClockSteps world = new ClockSteps(3);
    long loads = Long.MIN_VALUE;
    for (Step step : steps) {
      world.run(step);
      IntervalClock node = world.node(step);
      assertThat(node.latest().micros()).isGreaterThan(loads);
      loads = Math.max(loads, node.earliest().micros());
    }
  }

  /** Steps, forward and back; drift that no clock should have; samples that come late, or never. */
  @Property
  void afterAQuickSample_theTruthIsKnownAgain(@ForAll("anySteps") List<Step> steps) {
    ClockSteps world = new ClockSteps(1);
    IntervalClock node = world.nodes().get(0);
    steps.forEach(world::run);
    world.run(new Step(Kind.SAMPLE, 0, 0));
    assertThat(node.earliest().micros()).isLessThanOrEqualTo(world.truth());
    assertThat(node.latest().micros()).isGreaterThan(world.truth());
  }

  /** A shorter one could as well be the way of the answer. */
  @Property
  void aStepThatIsLongerThanTheRoundTrip_isSeenByTheNextSample(
      @ForAll("anySteps") List<Step> steps, @ForAll boolean forward) {
    ClockSteps world = new ClockSteps(1);
    IntervalClock node = world.nodes().get(0);
    steps.forEach(world::run);
    world.run(new Step(Kind.DRIFT, 0, 1_000)); // none
    world.run(new Step(Kind.SAMPLE, 0, 0));
    world.time().step((forward ? 1 : -1) * 3_000_000_000L);
    world.run(new Step(Kind.SAMPLE, 0, 1_000_000_000));
    assertThat(node.earliest().micros()).isLessThanOrEqualTo(world.truth());
    assertThat(node.latest().micros()).isGreaterThan(world.truth());
  }

  @Property
  void withinAnEpoch_earliestNeverGoesBackAndLatestNeverComesTwice(
      @ForAll("anySteps") List<Step> steps) {
    ClockSteps world = new ClockSteps(1);
    IntervalClock node = world.nodes().get(0);
    Stamp earliest = node.earliest();
    Stamp latest = node.latest();
    for (Step step : steps) {
      world.run(step);
      Stamp nextEarliest = node.earliest();
      Stamp nextLatest = node.latest();
      if (nextEarliest.epoch() == earliest.epoch()) {
        assertThat(nextEarliest.micros()).isGreaterThanOrEqualTo(earliest.micros());
      }
      assertThat(nextLatest.micros()).isGreaterThan(node.current(latest));
      earliest = nextEarliest;
      latest = nextLatest;
    }
  }

  /** In one process: what a change has won over stays below it, and the next change is above. */
  @Property
  void stampsThatAreCarriedOver_keepTheirOrder(@ForAll("anySteps") List<Step> steps) {
    ClockSteps world = new ClockSteps(1);
    IntervalClock node = world.nodes().get(0);
    Stamp given = Stamp.given(4_711);
    List<Stamp> taken = new ArrayList<>();
    for (Step step : steps) {
      world.run(step);
      taken.add(node.earliest());
      taken.add(node.latest());
      long change = Long.MIN_VALUE;
      long load = Long.MIN_VALUE;
      for (Stamp stamp : taken) {
        long now = node.current(stamp);
        if (stamp.isLatest()) {
          assertThat(now).isGreaterThan(change).isGreaterThan(load);
          change = now;
        } else {
          load = Math.max(load, now);
        }
      }
      assertThat(node.current(given)).isEqualTo(4_711);
    }
  }

  /** A node that knew its own clock alone is above or below others as if it had known theirs. */
  @Property
  void stampsOfBeforeTheFirstSample_holdTheTruthBetweenThem(
      @ForAll("steadySteps") List<Step> before, @ForAll("steadySteps") List<Step> after) {
    ClockSteps world = new ClockSteps(1);
    IntervalClock late = world.unsampled(before.size() * 900_000_000L - 15_000_000_000L);
    before.forEach(world::run);
    Stamp load = late.earliest();
    Stamp change = late.latest();
    long truth = world.truth();
    after.forEach(world::run);
    late.add(world.time().ask(1_000_000));
    assertThat(late.current(load)).isLessThanOrEqualTo(truth);
    assertThat(late.current(change)).isGreaterThan(truth);
  }

  @Property
  void nothingThatAnyNodeStamped_isInTheFutureOfAnother(@ForAll("steadySteps") List<Step> steps) {
    ClockSteps world = new ClockSteps(2);
    for (Step step : steps) {
      world.run(step);
      // What is stamped here lies no more than the width of its interval ahead of the truth.
      for (IntervalClock node : world.nodes()) {
        long width = node.latest().micros() - node.earliest().micros();
        if (width <= 1_000_000) {
          assertThat(node.latest().micros()).isLessThanOrEqualTo(world.node(step).future());
        }
      }
    }
  }

  @Property(tries = 10)
  void awaitPassed_endsAndOnceItEndedByItselfEarliestIsAbove(@ForAll("anySteps") List<Step> steps) {
    ClockSteps world = new ClockSteps(1);
    IntervalClock node = world.ticking();
    for (Step step : steps) {
      world.run(step);
      node.add(world.time().ask(2_000_000));
      long stamp = node.latest().micros();
      long began = world.time().getAsLong();
      node.awaitPassed(stamp, 50_000_000);
      boolean inTime = world.time().getAsLong() - began < 50_000_000;
      assertThat(!inTime || node.earliest().micros() > stamp).isTrue();
      assertThat(world.time().getAsLong() - began).isLessThan(60_000_000);
    }
  }

  @Property(tries = 20)
  void whatThreadsAreGiven_isWhatOneWouldBeGiven(@ForAll long seed) throws Exception {
    SimulatedTime time = new SimulatedTime(new Random(seed));
    AtomicLong nanos = new AtomicLong(time.getAsLong());
    IntervalClock clock =
        new IntervalClock(
            () -> {
              Thread.yield(); // another one comes between, where it can
              return nanos.addAndGet(100);
            },
            time.local(0));
    Sample sample = time.ask(1_000_000);
    nanos.set(time.getAsLong());
    clock.add(sample);
    AtomicBoolean isOver = new AtomicBoolean();
    var sampler =
        Threads.start(
            () -> {
              for (long back = 0; !isOver.get(); back += 2_000_000) {
                long at = nanos.addAndGet(100);
                clock.add(new Sample(at, at, sample.micros() - back));
                clock.add(sample);
              }
              return null;
            });
    List<Outcome<List<Stamp>>> all =
        Threads.together(
            4,
            () -> {
              List<Stamp> stamps = new ArrayList<>();
              for (int i = 0; i < 500; i++) {
                stamps.add(clock.latest());
              }
              return stamps;
            });
    isOver.set(true);
    sampler.join();
    List<Long> everyone = new ArrayList<>();
    for (Outcome<List<Stamp>> one : all) {
      List<Long> own = one.value().stream().map(clock::current).toList();
      assertThat(own).isSorted().doesNotHaveDuplicates();
      everyone.addAll(own);
    }
    assertThat(everyone).doesNotHaveDuplicates();
  }
}
