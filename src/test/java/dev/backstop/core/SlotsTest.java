package dev.backstop.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.CacheSpec;
import dev.backstop.clock.IntervalClock;
import dev.backstop.clock.Micros;
import dev.backstop.clock.Sample;
import dev.backstop.clock.Stamp;
import dev.backstop.fast.FastCopy;
import dev.backstop.fast.FastTiers;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The atomic steps of one key, where the contract cannot reach them. */
class SlotsTest {
  private static final long HOUR = 3_600_000_000L;

  private final IntervalClock clock = new IntervalClock();
  private final FastTiers tiers = new FastTiers();
  private final Slots<String, String> slots =
      new Slots<>(tiers.open(CacheSpec.of("feeds", String.class, String.class)), clock);
  private long time = Micros.of(Instant.parse("2026-01-15T10:00:00Z"));

  @AfterEach
  void close() {
    tiers.close();
  }

  @Test
  void ofTwoBarriers_theHigherSurvivesAStepBackOfTheClock() {
    sample();
    Stamp higher = clock.latest();
    slots.bar(higher, higher);
    slots.bar(Stamp.given(time - 10 * HOUR), Stamp.given(time - 10 * HOUR));
    time -= HOUR;
    sample();
    long carried = clock.current(higher);
    FastCopy<String> barred = FastCopy.fresh("v", carried, carried + 10 * HOUR);
    assertThat(slots.serves(barred, clock.now(), Long.MAX_VALUE)).isFalse();
    assertThat(slots.isAlive(carried)).isFalse();
    assertThat(slots.isAlive(carried + 1)).isTrue();
  }

  private void sample() {
    long nanos = System.nanoTime();
    clock.add(new Sample(nanos, nanos, time));
  }
}
