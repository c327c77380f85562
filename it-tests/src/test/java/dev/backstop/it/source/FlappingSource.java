package dev.backstop.it.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.testing.FakeClock;
import dev.backstop.testing.Gate;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Up for a while, then down, or it hangs; slow at times, and always counting who calls it when. It
 * holds each call to the promise: none within a ttl after one that succeeded, none within the
 * stand-in time, or what maxStale leaves of it, after one that failed.
 */
final class FlappingSource {
  private static final int LONGEST_UP_MINUTES = 60;
  private static final int LONGEST_DOWN_MINUTES = 240; // longer than the idle time
  private static final int LONGEST_HANG_MINUTES = 4;
  private static final Duration SLOW = Duration.ofSeconds(20);

  private enum State {
    UP,
    DOWN,
    HANGS
  }

  private final FakeClock clock;
  private final int keys;
  private final Duration ttl;
  private final Duration standInTime;
  private final @Nullable Duration maxStale;
  private final int[] versions;
  private final Instant[] successes;
  private final @Nullable Instant[] notBefore;

  private State state = State.UP;
  private boolean isSlow;
  private Gate gate = new Gate();
  private Instant began;
  private Instant until;
  private Duration up = Duration.ZERO;
  private int switches;
  private long calls;

  FlappingSource(
      FakeClock clock, int keys, Duration ttl, Duration standInTime, @Nullable Duration maxStale) {
    this.clock = clock;
    this.keys = keys;
    this.ttl = ttl;
    this.standInTime = standInTime;
    this.maxStale = maxStale;
    versions = new int[keys];
    successes = new Instant[keys];
    notBefore = new Instant[keys];
    began = clock.instant();
    until = began.plus(ttl);
  }

  /** Lets the schedule go on. */
  synchronized void step(Random random) {
    Instant now = clock.instant();
    if (now.isBefore(until)) {
      return;
    }
    if (state == State.UP) {
      up = up.plus(Duration.between(began, now));
    }
    gate.open(); // what hung ends with a failure
    gate = new Gate();
    boolean hangs = random.nextInt(4) == 0;
    state = state != State.UP ? State.UP : hangs ? State.HANGS : State.DOWN;
    isSlow = random.nextInt(3) == 0;
    int longest =
        switch (state) {
          case UP -> LONGEST_UP_MINUTES;
          case DOWN -> LONGEST_DOWN_MINUTES;
          case HANGS -> LONGEST_HANG_MINUTES;
        };
    began = now;
    until = now.plus(Duration.ofMinutes(1 + random.nextInt(longest)));
    switches++;
  }

  String load(int key) throws IOException, InterruptedException {
    Gate held;
    synchronized (this) {
      calls++;
      Instant now = clock.instant();
      Instant earliest = notBefore[key];
      if (earliest != null) {
        assertThat(now).as("the next call for %d", key).isAfterOrEqualTo(earliest);
      }
      notBefore[key] = state == State.UP ? now.plus(ttl) : endOfStandIn(key, now);
      if (isSlow) {
        clock.advance(SLOW);
      }
      if (state == State.UP) {
        successes[key] = now;
        versions[key]++;
        return newest(key);
      }
      held = gate;
      if (state == State.DOWN) {
        throw new IOException("down");
      }
    }
    held.enter();
    throw new IOException("reset after a long silence");
  }

  /** Past {@code maxStale} nothing stands in, and each get tries the source. */
  private Instant endOfStandIn(int key, Instant now) {
    Instant end = now.plus(standInTime);
    if (maxStale == null) {
      return end;
    }
    Instant tooOld = successes[key].plus(maxStale);
    return tooOld.isBefore(end) ? tooOld : end;
  }

  synchronized boolean hangs() {
    return state == State.HANGS;
  }

  synchronized String newest(int key) {
    return "version " + versions[key] + " of " + key;
  }

  synchronized Instant lastSuccess(int key) {
    return successes[key];
  }

  /** A restart has no fast tier: each key may be asked for once more. */
  synchronized void forgetCalls() {
    Arrays.fill(notBefore, null);
  }

  synchronized long calls() {
    return calls;
  }

  /**
   * Per key: one call per ttl while it is up, one per stand-in time while it is not, one more for
   * the part of each at every switch, and one for the first and after each restart.
   */
  synchronized long promised(int restarts) {
    Duration all = Duration.between(FakeClock.START, clock.instant());
    long perKey =
        up.dividedBy(ttl) + all.minus(up).dividedBy(standInTime) + switches + restarts + 1;
    return keys * perKey;
  }

  void end() {
    gate.open();
  }

  @Override
  public synchronized String toString() {
    return switches + " switches, up for " + up.toMinutes() + " minutes";
  }
}
