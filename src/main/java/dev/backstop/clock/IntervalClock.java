package dev.backstop.clock;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * The database's time, known as an interval.
 *
 * <p>A {@link Sample} and the monotonic clock since bound what the database's clock can show now
 * from both sides. What is read from a source is stamped with the lower bound, what is changed with
 * the upper one: so a change during a load always has the higher stamp, on whichever node, though
 * their own clocks disagree. Until the first sample, this machine's clock stands in.
 *
 * <p>Source: TrueTime, in J. C. Corbett et al., "Spanner: Google's Globally-Distributed Database",
 * OSDI 2012, section 3.
 */
public final class IntervalClock implements StampClock {
  private static final Logger LOG = System.getLogger("dev.backstop");

  /**
   * No step that is smaller empties what is cached; it costs needless loads. And so much may
   * another node's clock be ahead of this one.
   */
  private static final long STEP_WORTH_TELLING = 1_000_000;

  private final LongSupplier nanoTime;
  private final List<Runnable> stepBackListeners = new CopyOnWriteArrayList<>();

  private volatile Sample basis;
  private boolean sampled;

  /** How the epoch that ends at index i is carried over into the next one. */
  private Shift[] shifts = {};

  /**
   * By how much stamps are carried over, in microseconds: of what was read from a source by no more
   * than the step can have been, of a change by no less.
   */
  private record Shift(long ofEarliest, long ofLatest) {
    long of(Stamp stamp) {
      return stamp.isLatest() ? ofLatest : ofEarliest;
    }
  }

  private long lastEarliest = Long.MIN_VALUE;
  private long lastLatest = Long.MIN_VALUE;

  /** Begins with this machine's own clock. */
  public IntervalClock() {
    this(System::nanoTime, InstantSource.system());
  }

  /** Begins with that clock, and measures time by that one, in nanoseconds; for tests. */
  public IntervalClock(LongSupplier nanoTime, InstantSource local) {
    this.nanoTime = nanoTime;
    long nanos = nanoTime.getAsLong();
    this.basis = new Sample(nanos, nanos, Micros.of(local.instant()));
  }

  @Override
  public long now() {
    Sample sample = basis;
    return sample.micros() + (nanoTime.getAsLong() - sample.arrived()) / 1_000;
  }

  @Override
  public synchronized Stamp earliest() {
    lastEarliest = Math.max(lastEarliest, basis.earliest(nanoTime.getAsLong()));
    return new Stamp(lastEarliest, shifts.length, false);
  }

  @Override
  public synchronized Stamp latest() {
    lastLatest = Math.max(lastLatest + 1, basis.latest(nanoTime.getAsLong()));
    return new Stamp(lastLatest, shifts.length, true);
  }

  @Override
  public synchronized long future() {
    return Math.max(lastLatest, basis.latest(nanoTime.getAsLong())) + STEP_WORTH_TELLING;
  }

  @Override
  public synchronized long current(Stamp stamp) {
    long micros = stamp.micros();
    if (!stamp.isGiven()) {
      for (int epoch = stamp.epoch(); epoch < shifts.length; epoch++) {
        micros += shifts[epoch].of(stamp);
      }
    }
    return micros;
  }

  @Override
  public void awaitPassed(long micros, long boundNanos) {
    long end = nanoTime.getAsLong() + boundNanos;
    while (true) {
      long ahead = micros - earliest().micros();
      long left = end - nanoTime.getAsLong();
      if (ahead < 0 || left <= 0 || Thread.currentThread().isInterrupted()) {
        return;
      }
      LockSupport.parkNanos(this, Math.min(left, (ahead + 1) * 1_000));
    }
  }

  @Override
  public void onStepBack(Runnable listener) {
    stepBackListeners.add(listener);
  }

  /** Takes in what the database said. The sample that leaves the narrowest interval serves. */
  public void add(Sample sample) {
    if (take(sample)) {
      stepBackListeners.forEach(Runnable::run);
    }
  }

  /** Returns whether this clock was set so far that what was stamped before says little. */
  private synchronized boolean take(Sample sample) {
    if (sampled && sample.sent() - basis.sent() < 0) {
      return false; // it is late: what came since knows better
    }
    long nanos = nanoTime.getAsLong();
    long step = sample.earliest(nanos) - basis.earliest(nanos);
    boolean steppedBack = sampled && sample.micros() < basis.earliest(sample.sent());
    boolean steppedForward = sampled && sample.micros() > basis.latest(sample.arrived());
    if (!sampled || steppedBack) {
      rebase(sample, nanos);
      if (sampled) {
        LOG.log(Level.WARNING, "The database''s clock stepped back by {0} us", -step);
      }
      sampled = true;
      return Math.abs(step) > STEP_WORTH_TELLING;
    }
    if (steppedForward || sample.width(nanos) <= basis.width(nanos)) {
      basis = sample;
      if (steppedForward) {
        LOG.log(Level.INFO, "The database''s clock stepped forward by {0} us", step);
      }
    }
    return false;
  }

  private void rebase(Sample sample, long nanos) {
    Shift shift =
        new Shift(
            sample.earliest(nanos) - basis.latest(nanos),
            sample.latest(nanos) - basis.earliest(nanos));
    shifts = Arrays.copyOf(shifts, shifts.length + 1);
    shifts[shifts.length - 1] = shift;
    basis = sample;
    lastEarliest = Long.MIN_VALUE;
    // Carried over, too: whatever changes next is above what changed before.
    lastLatest = lastLatest == Long.MIN_VALUE ? lastLatest : lastLatest + shift.ofLatest();
  }

  @Override
  public String toString() {
    Instant now = Micros.instant(now());
    return "IntervalClock[" + now + ", sampled=" + sampled + "]";
  }
}
