package dev.backstop.backup;

import dev.backstop.clock.Stamp;
import dev.backstop.clock.StampClock;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What is queued for one cache as a whole. Immutable but for its future.
 *
 * @param cache the cache's name as stored
 * @param expired what it expires, or null
 * @param cleared what it clears, or null
 */
record PendingBarrier(
    String cache,
    @Nullable Stamp expired,
    @Nullable Stamp cleared,
    CompletableFuture<Outcome> done) {
  Barrier at(StampClock clock) {
    return new Barrier(micros(expired, clock), micros(cleared, clock));
  }

  private static long micros(@Nullable Stamp stamp, StampClock clock) {
    return stamp == null ? Long.MIN_VALUE : clock.current(stamp);
  }
}
