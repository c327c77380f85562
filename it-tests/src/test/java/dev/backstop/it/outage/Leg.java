package dev.backstop.it.outage;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** One direction of a {@link FlakyNetwork}: what happens there to each piece that is on its way. */
public final class Leg {
  private boolean isHolding;
  private Duration delay = Duration.ZERO;
  private long passing = Long.MAX_VALUE;
  private long passed;

  Leg() {}

  /** From now on nothing arrives, and nobody is told: with one leg alone, it is half-open. */
  public synchronized void hold() {
    isHolding = true;
  }

  /** What was held arrives, and what comes. */
  public synchronized void goOn() {
    isHolding = false;
    notifyAll();
  }

  /** From now on each piece arrives that much later; those behind it wait for it. */
  public synchronized void delay(Duration each) {
    delay = each;
  }

  /**
   * After that many more bytes, of whatever connection, that connection ends; the next are whole.
   */
  public synchronized void cutAfter(long bytes) {
    passing = bytes;
  }

  /** How many bytes have arrived, of all connections. */
  public synchronized long passed() {
    return passed;
  }

  private synchronized Duration delay() {
    return delay;
  }

  /**
   * Returns when a piece may arrive, and how much of it; less than there is ends its connection.
   */
  int admit(int length) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(delay().toNanos());
    synchronized (this) {
      while (isHolding) {
        wait();
      }
      if (passing < length) {
        int rest = (int) passing;
        passing = Long.MAX_VALUE;
        return rest;
      }
      passing -= passing == Long.MAX_VALUE ? 0 : length;
      passed += length;
      return length;
    }
  }
}
