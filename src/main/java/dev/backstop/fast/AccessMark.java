package dev.backstop.fast;

/**
 * When an access of a value was last noted, in microseconds. Not volatile: two threads that note
 * the same access at once do no harm, and a hit must cost nothing.
 */
public final class AccessMark {
  private long notedAt;

  AccessMark(long notedAt) {
    this.notedAt = notedAt;
  }

  /** Whether an access now is to be noted: no other was for {@code interval}. */
  public boolean isDue(long now, long interval) {
    if (now - notedAt < interval) {
      return false;
    }
    notedAt = now;
    return true;
  }
}
