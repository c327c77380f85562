package dev.backstop.core;

import dev.backstop.backup.Barrier;
import dev.backstop.clock.Stamp;
import dev.backstop.clock.StampClock;
import org.jspecify.annotations.Nullable;

/** What ended for a whole cache, by the present reading of the clock. */
final class Barriers {
  private final StampClock clock;
  private volatile @Nullable Stamp expiredBefore;
  private volatile @Nullable Stamp clearedBefore;
  private volatile Barrier now = Barrier.NONE;

  Barriers(StampClock clock) {
    this.clock = clock;
  }

  Barrier now() {
    return now;
  }

  /** Whether what began then is not ended. */
  boolean hasLeft(Stamp begin) {
    long began = clock.current(begin);
    return began > micros(expiredBefore) && began > micros(clearedBefore);
  }

  /** Ends the freshness, or the life, of all up to a stamp. */
  synchronized void raise(@Nullable Stamp expired, @Nullable Stamp cleared) {
    expiredBefore = micros(expired) > micros(expiredBefore) ? expired : expiredBefore;
    clearedBefore = micros(cleared) > micros(clearedBefore) ? cleared : clearedBefore;
    now = now.or(new Barrier(micros(expired), micros(cleared)));
  }

  /** The clock was set. */
  synchronized void startOver() {
    now = new Barrier(micros(expiredBefore), micros(clearedBefore));
  }

  private long micros(@Nullable Stamp stamp) {
    return stamp == null ? Long.MIN_VALUE : clock.current(stamp);
  }
}
