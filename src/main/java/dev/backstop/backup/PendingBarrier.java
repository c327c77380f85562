package dev.backstop.backup;

import dev.backstop.clock.Stamp;
import dev.backstop.clock.StampClock;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What is queued for one cache as a whole: the highest of each barrier. Guarded by the queue. */
final class PendingBarrier {
  final String cache;
  final CompletableFuture<Outcome> done = new CompletableFuture<>();
  private @Nullable Stamp expired;
  private @Nullable Stamp cleared;

  /** For a cache, by its name as stored. */
  PendingBarrier(String cache) {
    this.cache = cache;
  }

  void take(@Nullable Stamp expires, @Nullable Stamp clears, StampClock clock) {
    expired = later(expired, expires, clock);
    cleared = later(cleared, clears, clock);
  }

  private static @Nullable Stamp later(
      @Nullable Stamp mine, @Nullable Stamp other, StampClock clock) {
    if (mine == null || other == null) {
      return mine == null ? other : mine;
    }
    return clock.current(mine) < clock.current(other) ? other : mine;
  }

  /** Takes in what was queued before this, which ends as this does. */
  void takeOlder(PendingBarrier older, StampClock clock) {
    take(older.expired, older.cleared, clock);
    Pending.settle(older.done, done);
  }

  Barrier at(StampClock clock) {
    return new Barrier(micros(expired, clock), micros(cleared, clock));
  }

  private static long micros(@Nullable Stamp stamp, StampClock clock) {
    return stamp == null ? Long.MIN_VALUE : clock.current(stamp);
  }
}
