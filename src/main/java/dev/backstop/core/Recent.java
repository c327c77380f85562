package dev.backstop.core;

import dev.backstop.clock.Stamp;
import dev.backstop.clock.StampClock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one cache since the oldest open transaction was met: what that transaction loads
 * may be from before them. For other loads the slot remembers enough.
 */
final class Recent<K> {
  /** Beyond it one stamp stands for all that were forgotten, which costs needless loads. */
  private static final int MOST = 10_000;

  private static final int FEW = 100;

  private final StampClock clock;
  private final Units units;
  private final Map<K, Stamp> changes = new ConcurrentHashMap<>();
  private volatile @Nullable Stamp forgotten;
  private volatile int trimAt = FEW;

  Recent(StampClock clock, Units units) {
    this.clock = clock;
    this.units = units;
  }

  /** In the step of a change. */
  void note(K key, Stamp stamp) {
    if (units.isAnyOpen()) {
      changes.merge(key, stamp, this::later);
    }
  }

  /** Outside of the step: forgets what no open transaction can be older than. */
  void trim() {
    if (size() < trimAt) {
      return;
    }
    long oldest = clock.current(units.oldest());
    changes.values().removeIf(stamp -> clock.current(stamp) < oldest);
    if (size() > MOST) {
      forgetAll();
    }
    trimAt = Math.max(FEW, 2 * size());
  }

  private synchronized void forgetAll() {
    changes.forEach(
        (key, stamp) -> {
          forgotten = forgotten == null ? stamp : later(forgotten, stamp);
          changes.remove(key, stamp);
        });
  }

  /** How many keys are remembered. */
  int size() {
    return changes.size();
  }

  /** Whether a change ended what was read of a key at that stamp. */
  boolean hasEnded(K key, Stamp read) {
    long at = clock.current(read);
    return isNotBefore(changes.get(key), at) || isNotBefore(forgotten, at);
  }

  private boolean isNotBefore(@Nullable Stamp change, long at) {
    return change != null && clock.current(change) >= at;
  }

  private Stamp later(Stamp one, Stamp other) {
    return clock.current(one) > clock.current(other) ? one : other;
  }
}
