package dev.backstop.clock;

/**
 * The moment of one event in the database's time, which orders it among all events of its key.
 *
 * @param micros microseconds since 1970
 * @param epoch which reading of the database's clock it comes from: when that clock turns out to
 *     have stepped, {@link StampClock#current} carries older stamps over
 * @param isLatest whether it is {@link StampClock#latest}, that of a change, and so must not become
 *     lower than it was meant; any other must not become higher
 */
public record Stamp(long micros, int epoch, boolean isLatest) {
  private static final int GIVEN = -1;

  /** A stamp that a caller gave, which no step of a clock changes. */
  public static Stamp given(long micros) {
    return new Stamp(micros, GIVEN, false);
  }

  boolean isGiven() {
    return epoch == GIVEN;
  }
}
