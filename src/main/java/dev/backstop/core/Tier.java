package dev.backstop.core;

import dev.backstop.CacheTier;
import dev.backstop.KeyLocks;
import dev.backstop.TierReport;
import dev.backstop.backup.Blob;
import dev.backstop.clock.StampClock;
import dev.backstop.fast.FastCopy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One tier of one cache, and what of it is not to be believed. After it failed it is skipped for a
 * second; what it then missed is remembered, and removed from it when it works again.
 */
final class Tier {
  private static final Logger LOG = System.getLogger("dev.backstop");

  private static final long SKIPPED_FOR = 1_000_000;

  /** Past it, it is cheaper to empty the tier. */
  private static final int MOST_MISSED = 10_000;

  /** Everything that a tier can hold is at or below it. */
  private static final long EVERYTHING = Long.MAX_VALUE;

  private final String cache;
  private final CacheTier tier;
  private final StampClock clock;

  /** By text, the highest stamp of what the tier missed. */
  private final Map<String, Long> missed = new ConcurrentHashMap<>();

  /** Changes of many keys that are on their way into the tier. */
  private final List<Bar> bars = new CopyOnWriteArrayList<>();

  /** Nothing at or below it is believed until the tier was emptied. */
  private volatile long emptyBefore = Long.MIN_VALUE;

  private volatile long skippedUntil = Long.MIN_VALUE;
  private volatile boolean isOut;
  private final LongAdder answered = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder skipped = new LongAdder();

  /** What is not believed, up to a stamp. */
  record Bar(Predicate<String> keys, long stamp) {}

  /**
   * Stands before a tier.
   *
   * @param cache as stored; the texts of this cache's keys begin with it and a slash
   */
  Tier(String cache, CacheTier tier, StampClock clock) {
    this.cache = cache;
    this.tier = tier;
    this.clock = clock;
  }

  String name() {
    return tier.name();
  }

  /** A call of the tier. */
  private interface Call<T> {
    T run() throws Exception;
  }

  /** Calls the tier, unless it is being skipped; returns {@code otherwise} if it is, or fails. */
  private <T> T call(Call<T> call, T otherwise) {
    if (clock.now() < skippedUntil) {
      skipped.increment();
      return otherwise;
    }
    try {
      T result = call.run();
      if (isOut) {
        isOut = false;
        LOG.log(Level.INFO, "Tier " + name() + " of cache " + cache + " works again");
      }
      return result;
    } catch (Throwable failure) { // whatever it is, there are tiers below
      if (failure instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      failures.increment();
      skippedUntil = clock.now() + SKIPPED_FOR;
      if (!isOut) {
        isOut = true;
        LOG.log(
            Level.WARNING,
            "Tier " + name() + " of cache " + cache + " failed and is skipped until it works",
            failure);
      }
      return otherwise;
    }
  }

  /**
   * What it holds and can be believed; or null. The doubts of before the read count as well: what
   * is removed meanwhile takes its doubt along.
   */
  @Nullable FastCopy<Blob> read(String key) {
    Doubts before = doubts(key);
    return call(() -> Optional.ofNullable(held(key)), Optional.<FastCopy<Blob>>empty())
        .filter(copy -> before.leave(key, copy.createdAt()))
        .filter(copy -> isBelieved(key, copy.createdAt()))
        .orElse(null);
  }

  /**
   * What is not believed of a key.
   *
   * @param floor what is stamped at or below it
   * @param bars what these mean
   */
  private record Doubts(long floor, List<Bar> bars) {
    boolean leave(String key, long createdAt) {
      return createdAt > floor
          && bars.stream().noneMatch(bar -> createdAt <= bar.stamp && bar.keys.test(key));
    }
  }

  private Doubts doubts(String key) {
    long floor = Math.max(emptyBefore, missed.getOrDefault(key, Long.MIN_VALUE));
    return new Doubts(floor, List.copyOf(bars));
  }

  private @Nullable FastCopy<Blob> held(String key) throws Exception {
    byte[] bytes = tier.get(key);
    return bytes == null ? null : Envelope.unpack(bytes);
  }

  private boolean isBelieved(String key, long createdAt) {
    return doubts(key).leave(key, createdAt);
  }

  void countAnswer() {
    answered.increment();
  }

  /**
   * Holds a copy in the place of an older one, or forgets what is older than {@code stamp}.
   *
   * @param packed null to forget
   */
  void write(String key, byte @Nullable [] packed, long stamp) {
    boolean done =
        call(
            () -> {
              FastCopy<Blob> held = held(key);
              if (held != null && held.createdAt() > stamp && isBelieved(key, held.createdAt())) {
                return true; // of another node that shares this tier
              }
              if (packed != null) {
                tier.put(key, packed);
              } else {
                tier.remove(key);
              }
              return true;
            },
            false);
    if (done) {
      missed.computeIfPresent(key, (same, floor) -> floor <= stamp ? null : floor);
    } else {
      miss(key, stamp);
    }
  }

  private void miss(String key, long stamp) {
    missed.merge(key, stamp, Math::max);
    if (missed.size() > MOST_MISSED) {
      long now = clock.current(clock.latest());
      mustBeEmptied(now);
      missed.values().removeIf(floor -> floor <= now);
    }
  }

  /** Believes nothing that matches, up to a stamp, until that is lifted. */
  Bar bar(Predicate<String> keys, long stamp) {
    Bar bar = new Bar(keys, stamp);
    bars.add(bar);
    return bar;
  }

  /** Believes again what was barred, and has now been told of. */
  void lift(Bar bar) {
    bars.remove(bar);
  }

  /** Removes what is barred, and believes again what comes then. */
  void remove(Bar bar) {
    if (!removeIf(bar.keys)) {
      mustBeEmptied(bar.stamp);
    }
    lift(bar);
  }

  private boolean removeIf(Predicate<String> keys) {
    return call(
        () -> {
          tier.removeIf(key -> key.startsWith(cache + "/") && keys.test(key));
          return true;
        },
        false);
  }

  /** Believes nothing any more, as the database's clock was set back; skips nothing by the old. */
  void startOver() {
    mustBeEmptied(EVERYTHING);
    skippedUntil = Long.MIN_VALUE;
  }

  private synchronized void mustBeEmptied(long stamp) {
    emptyBefore = Math.max(emptyBefore, stamp);
  }

  /** Whether something is to be removed from it that can be tried now. */
  boolean wantsRepair() {
    return (emptyBefore != Long.MIN_VALUE || !missed.isEmpty()) && clock.now() >= skippedUntil;
  }

  /** Removes what it missed, each key while {@code locks} says that nobody else writes it. */
  void repair(KeyLocks<String> locks) {
    long before = emptyBefore;
    if (before != Long.MIN_VALUE && removeIf(key -> true)) {
      synchronized (this) {
        emptyBefore = emptyBefore == before ? Long.MIN_VALUE : emptyBefore;
      }
    }
    for (String key : missed.keySet()) {
      try (KeyLocks.Held held = locks.lock(key)) {
        write(key, null, missed.getOrDefault(key, Long.MIN_VALUE));
      }
      if (isOut) {
        return;
      }
    }
  }

  TierReport report(String cacheName) {
    return new TierReport(
        cacheName,
        name(),
        isOut,
        answered.sum(),
        failures.sum(),
        skipped.sum(),
        missed.size() + (emptyBefore == Long.MIN_VALUE ? 0 : 1));
  }
}
