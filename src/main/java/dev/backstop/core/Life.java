package dev.backstop.core;

/** Whether a Backstop is open. */
final class Life {
  private volatile boolean ended;

  /** Refuses to go on after the end. */
  void check() {
    if (ended) {
      throw new IllegalStateException("This Backstop is closed");
    }
  }

  boolean hasEnded() {
    return ended;
  }

  /** Ends it; returns false if it had ended before. */
  synchronized boolean end() {
    boolean first = !ended;
    ended = true;
    return first;
  }
}
