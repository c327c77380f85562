package dev.backstop.clock;

/** Gives stamps. Thread-safe. All moments are microseconds since 1970 in the database's time. */
public interface StampClock {
  /** The present moment, as well as it is known: one clock read, for what is still fresh. */
  long now();

  /** A stamp that is not later than now: for what is read from a source from now on. Not unique. */
  Stamp earliest();

  /** A stamp that is not earlier than now, and above every other that this clock gave so. */
  Stamp latest();

  /**
   * Above it is nothing that a clock which is right can have given: what is stamped so was stamped
   * before the database's clock was set back, or after a step forward that this clock has yet to
   * see.
   */
  long future();

  /** What {@code stamp} is in the present reading of the database's clock. */
  long current(Stamp stamp);

  /**
   * Waits until {@link #earliest} has passed {@code micros}, so that whatever begins afterwards is
   * above it; for {@code boundNanos} at most. An interrupt ends the wait and stays set.
   */
  void awaitPassed(long micros, long boundNanos);

  /**
   * Calls {@code listener} whenever what was stamped, or cached, before says little any more: the
   * database's clock turns out to have stepped back, or to be far from this machine's own, which
   * stood in for it.
   */
  void onStepBack(Runnable listener);
}
