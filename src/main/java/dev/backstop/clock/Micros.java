package dev.backstop.clock;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Moments and durations as microseconds, the resolution of the tables. Never overflows. */
public final class Micros {
  /** The end of the year 9999, in the place of every later moment: both databases can store it. */
  public static final long END_OF_TIME =
      Instant.parse("9999-12-31T00:00:00Z").getEpochSecond() * 1_000_000;

  /** The first day of the year 1, in the place of every earlier moment, for the same reason. */
  public static final long START_OF_TIME =
      Instant.parse("0001-01-02T00:00:00Z").getEpochSecond() * 1_000_000;

  private static final long BEYOND = END_OF_TIME / 1_000_000 + 86_400;

  private static final Duration LONGEST = Duration.ofDays(365L * 8_000);

  private Micros() {}

  /** Microseconds since 1970, rounded down, from {@link #START_OF_TIME} to the end. */
  public static long of(Instant instant) {
    // A day beyond, so that the multiplication can't overflow; the bounds themselves are below.
    long seconds = Math.max(-BEYOND, Math.min(BEYOND, instant.getEpochSecond()));
    long micros = seconds * 1_000_000 + instant.getNano() / 1_000;
    return Math.max(START_OF_TIME, Math.min(END_OF_TIME, micros));
  }

  /** The length in microseconds, rounded down, at most 8,000 years. */
  public static long of(Duration duration) {
    Duration bounded = duration.compareTo(LONGEST) < 0 ? duration : LONGEST;
    return bounded.toSeconds() * 1_000_000 + bounded.toNanosPart() / 1_000;
  }

  /** The moment {@code length} after {@code micros}, at most {@link #END_OF_TIME}. */
  public static long after(long micros, long length) {
    return Math.min(END_OF_TIME, micros + length);
  }

  /** The moment as the databases take it, not before {@link #START_OF_TIME}. */
  public static OffsetDateTime utc(long micros) {
    return instant(Math.max(START_OF_TIME, micros)).atOffset(ZoneOffset.UTC);
  }

  /** The moment as an instant. */
  public static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
