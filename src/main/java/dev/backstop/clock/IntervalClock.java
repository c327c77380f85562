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

  /** A smaller step back can only cost needless loads for that long. */
  private static final long STEP_WORTH_TELLING = 1_000_000;

  private final LongSupplier nanoTime;
  private final List<Runnable> stepBackListeners = new CopyOnWriteArrayList<>();

  private volatile Sample basis;
  private boolean sampled;

  /** By how much the epoch that ends at index i is carried over into the next one. */
  private long[] shifts = {};

  private long lastEarliest = Long.MIN_VALUE;
  private long lastLatest = Long.MIN_VALUE;

  /** Begins with this machine's own clock. */
  public IntervalClock() {
    this(System::nanoTime, InstantSource.system());
  }

  IntervalClock(LongSupplier nanoTime, InstantSource local) {
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
    return new Stamp(lastEarliest, shifts.length);
  }

  @Override
  public synchronized Stamp latest() {
    lastLatest = Math.max(lastLatest + 1, basis.latest(nanoTime.getAsLong()));
    return new Stamp(lastLatest, shifts.length);
  }

  @Override
  public synchronized long current(Stamp stamp) {
    long micros = stamp.micros();
    if (!stamp.isGiven()) {
      for (int epoch = stamp.epoch(); epoch < shifts.length; epoch++) {
        micros += shifts[epoch];
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
    if (take(sample) < -STEP_WORTH_TELLING) {
      stepBackListeners.forEach(Runnable::run);
    }
  }

  /** Returns by how much this clock was set, in microseconds; below zero: back. */
  private synchronized long take(Sample sample) {
    long nanos = nanoTime.getAsLong();
    long step = sample.earliest(nanos) - basis.earliest(nanos);
    boolean steppedBack = sampled && sample.micros() < basis.earliest(sample.sent());
    boolean steppedForward = sampled && sample.micros() > basis.latest(sample.arrived());
    if (!sampled || steppedBack) {
      rebase(sample, step);
      if (sampled) {
        LOG.log(Level.WARNING, "The database''s clock stepped back by {0} us", -step);
      }
      sampled = true;
      return step;
    }
    if (steppedForward || sample.width(nanos) <= basis.width(nanos)) {
      basis = sample;
      if (steppedForward) {
        LOG.log(Level.INFO, "The database''s clock stepped forward by {0} us", step);
      }
    }
    return 0;
  }

  private void rebase(Sample sample, long step) {
    long[] longer = Arrays.copyOf(shifts, shifts.length + 1);
    longer[shifts.length] = step;
    shifts = longer;
    basis = sample;
    lastEarliest = Long.MIN_VALUE;
    // Carried over, too: whatever changes next is above what changed before.
    lastLatest = lastLatest == Long.MIN_VALUE ? lastLatest : lastLatest + step;
  }

  @Override
  public String toString() {
    Instant now = Micros.instant(now());
    return "IntervalClock[" + now + ", sampled=" + sampled + "]";
  }
}
