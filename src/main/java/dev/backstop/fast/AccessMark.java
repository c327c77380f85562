package dev.backstop.fast;

/**
 * When an access of a value was last noted, and when its source was last asked whether it changed,
 * in microseconds. Not volatile: two threads that note the same access at once, or ask at once, do
 * no harm, and a hit must cost nothing.
 */
public final class AccessMark {
  private long notedAt;
  private long askedAt;

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

  /** Whether the source was asked less than {@code interval} ago. */
  public boolean wasAsked(long now, long interval) {
    return interval > 0 && now - askedAt < interval; // the clock may be set back a little
  }

  /** Notes that the source was asked, and that the value is served as before. */
  public void asked(long when) {
    askedAt = when;
  }
}
