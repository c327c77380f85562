package dev.backstop.clock;

/**
 * The moment of one event in the database's time, which orders it among all events of its key.
 *
 * @param micros microseconds since 1970
 * @param epoch which reading of the database's clock it comes from: when that clock turns out to
 *     have stepped, {@link StampClock#current} carries older stamps over
 */
public record Stamp(long micros, int epoch) {
  private static final int GIVEN = -1;

  /** A stamp that a caller gave, which no step of a clock changes. */
  public static Stamp given(long micros) {
    return new Stamp(micros, GIVEN);
  }

  boolean isGiven() {
    return epoch == GIVEN;
  }
}
