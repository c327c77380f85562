package dev.backstop.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.CacheTier;
import dev.backstop.backup.Blob;
import dev.backstop.clock.IntervalClock;
import dev.backstop.clock.Micros;
import dev.backstop.clock.Sample;
import dev.backstop.fast.FastCopy;
import java.io.IOException;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A tier and the clock, where the contract cannot reach them. */
class TierTest {
  private static final long HOUR = 3_600_000_000L;

  private final IntervalClock clock = new IntervalClock();
  private final Broken broken = new Broken();
  private final Tier tier = new Tier("feeds", broken, clock);
  private long time = Micros.of(Instant.parse("2026-01-15T10:00:00Z"));

  @Test
  void aTierThatFailed_isNotSkippedByAClockThatWasSetBackSince() {
    sample();
    tier.read("feeds/k");
    tier.read("feeds/k");
    assertThat(broken.reads).isEqualTo(1);
    time -= HOUR;
    sample();
    tier.startOver();
    tier.read("feeds/k");
    assertThat(broken.reads).isEqualTo(2);
  }

  @Test
  void aClockThatWasSetBack_leavesNothingToBelieve() {
    sample();
    long now = clock.now();
    Blob blob = new Blob(new byte[] {1}, "json", 1, "java.lang.String");
    broken.held = Envelope.pack(FastCopy.fresh("v", now, now + HOUR), blob);
    assertThat(tier.read("feeds/k")).isNotNull();
    tier.startOver();
    assertThat(tier.read("feeds/k")).isNull();
  }

  private void sample() {
    long nanos = System.nanoTime();
    clock.add(new Sample(nanos, nanos, time));
  }

  private static final class Broken implements CacheTier {
    int reads;
    byte @Nullable [] held;

    @Override
    public String name() {
      return "broken";
    }

    @Override
    public byte @Nullable [] get(String key) throws IOException {
      reads++;
      if (held != null) {
        return held;
      }
      throw new IOException("The tier is broken");
    }

    @Override
    public void put(String key, byte[] bytes) {}

    @Override
    public void remove(String key) {}

    @Override
    public void removeIf(Predicate<? super String> keys) {}
  }
}
