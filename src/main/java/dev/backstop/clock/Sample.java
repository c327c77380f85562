package dev.backstop.clock;

/**
 * One answer of the database to "what time is it?".
 *
 * @param sent when the question was sent, by this process's monotonic clock, in nanoseconds
 * @param arrived when the answer arrived, by the same
 * @param micros what the database said
 */
public record Sample(long sent, long arrived, long micros) {
  /**
   * How far two clocks may drift apart: NTP corrects a clock by at most 500 millionths, and both
   * may be corrected.
   */
  private static final long DRIFT_MILLIONTHS = 1_000;

  /** The earliest that the database's clock can show when the monotonic one shows {@code nanos}. */
  long earliest(long nanos) {
    long since = nanos - arrived;
    return micros + since / 1_000 - drift(since);
  }

  /**
   * Above the latest that the database's clock can show when the monotonic one shows {@code nanos}:
   * what it said was rounded down, and so is the time since.
   */
  long latest(long nanos) {
    long since = nanos - sent;
    return micros + since / 1_000 + drift(since) + 2;
  }

  long width(long nanos) {
    return latest(nanos) - earliest(nanos);
  }

  /** Rounded up. */
  private static long drift(long nanos) {
    return Math.abs(nanos) / 1_000_000 * DRIFT_MILLIONTHS / 1_000 + 1;
  }
}
