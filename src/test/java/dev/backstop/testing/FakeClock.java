package dev.backstop.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Time that moves when a test says so. Each reading moves it on by one microsecond, the resolution
 * of the tables, so that the stamps of all who share this clock are strictly ordered.
 */
public final class FakeClock implements InstantSource {
  /** Where every new clock stands. */
  public static final Instant START = Instant.parse("2026-01-15T10:00:00Z");

  private final AtomicLong micros = new AtomicLong(microsOf(START));

  @Override
  public Instant instant() {
    return Instant.EPOCH.plus(micros.getAndIncrement(), ChronoUnit.MICROS);
  }

  /** Moves the time on, or back if the duration is negative. */
  public void advance(Duration by) {
    micros.addAndGet(by.toNanos() / 1_000);
  }

  /** Makes this the next reading. */
  public void set(Instant to) {
    micros.set(microsOf(to));
  }

  private static long microsOf(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
