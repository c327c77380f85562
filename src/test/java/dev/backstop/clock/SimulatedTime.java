package dev.backstop.clock;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * A monotonic clock and a database's clock, which drift apart as far as they may, and whose steps
 * and message delays a test rules.
 */
final class SimulatedTime implements LongSupplier {
  /** What {@link Sample} allows for. */
  static final int MOST_DRIFT_MILLIONTHS = 1_000;

  private final Random random;
  private long monotonicNanos;
  private long databaseNanos = 1_700_000_000_000_000_000L;

  /** Where a rounding of the drift is kept, so that it never exceeds the allowance. */
  private long driftMillionthNanos;

  private int driftMillionths;

  SimulatedTime(Random random) {
    this.random = random;
    this.monotonicNanos = random.nextLong() >> 1; // any value, also below zero
  }

  @Override
  public long getAsLong() {
    return monotonicNanos;
  }

  void drift(int millionths) {
    driftMillionths = millionths;
  }

  void advance(long nanos) {
    monotonicNanos += nanos;
    driftMillionthNanos += nanos * driftMillionths;
    long whole = driftMillionthNanos / 1_000_000;
    driftMillionthNanos -= whole * 1_000_000;
    databaseNanos += nanos + whole;
  }

  /** Somebody sets the database's clock. */
  void step(long nanos) {
    databaseNanos += nanos;
  }

  /** What the database would say now. */
  long databaseMicros() {
    return Math.floorDiv(databaseNanos, 1_000);
  }

  /** This machine's own clock, which is wrong by so much. */
  InstantSource local(long wrongByMicros) {
    return () -> Micros.instant(databaseMicros() + wrongByMicros);
  }

  Instant databaseTime() {
    return Micros.instant(databaseMicros());
  }

  /** Asks the database; each way takes up to that long. */
  Sample ask(long mostNanos) {
    long sent = monotonicNanos;
    advance(upTo(mostNanos));
    long micros = databaseMicros();
    advance(upTo(mostNanos));
    return new Sample(sent, monotonicNanos, micros);
  }

  long upTo(long most) {
    return random.nextLong(most + 1);
  }
}
