package dev.backstop.stack;

/**
 * Room on the stack. A stack that ends within Ehcache's memory off the heap or on disk, or within a
 * pool of threads, leaves a lock there that nobody ever lets go of. So it had better end before.
 */
public final class StackRoom {
  /** Several times what the deepest of these calls takes, interpreted or compiled. */
  private static final int FRAMES = 250;

  private StackRoom() {}

  /** Throws a StackOverflowError while it does no harm. */
  public static void check() {
    if (grow(FRAMES, 1, 2, 3, 4, 5, 6) == 0) {
      throw new AssertionError("The sum of ones is no zero");
    }
  }

  /** Takes stack: the arguments are there for their size. */
  private static long grow(int frames, long a, long b, long c, long d, long e, long f) {
    return frames == 0 ? a + b + c + d + e + f : 1 + grow(frames - 1, b, c, d, e, f, a);
  }
}
