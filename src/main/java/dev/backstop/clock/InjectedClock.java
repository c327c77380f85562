package dev.backstop.clock;

import java.time.InstantSource;

/**
 * Time by a given clock, for tests. Every stamp is above the one before, also where the clock
 * stands still, so that an order of events is an order of stamps.
 */
public final class InjectedClock implements StampClock {
  private final InstantSource source;
  private long last = Long.MIN_VALUE;

  /** Takes its time from {@code source}. */
  public InjectedClock(InstantSource source) {
    this.source = source;
  }

  @Override
  public long now() {
    return Micros.of(source.instant());
  }

  @Override
  public synchronized Stamp earliest() {
    last = Math.max(now(), last + 1);
    return new Stamp(last, 0, false);
  }

  @Override
  public Stamp latest() {
    return new Stamp(earliest().micros(), 0, true);
  }

  @Override
  public long future() {
    return Micros.END_OF_TIME; // it is the truth, whatever it says
  }

  @Override
  public long current(Stamp stamp) {
    return stamp.micros();
  }

  @Override
  public synchronized void awaitPassed(long micros, long boundNanos) {
    last = Math.max(last, micros);
  }

  @Override
  public void onStepBack(Runnable listener) {} // it never does
}
