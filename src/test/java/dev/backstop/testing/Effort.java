package dev.backstop.testing;

/** How often a test does what could go on for ever: a few times in each build, or for long. */
public final class Effort {
  private static final boolean IS_LONG =
      "long".equals(System.getProperty("dev.backstop.testing.effort"));

  private Effort() {}

  /** The first in each build, the second by {@code mvn -Preliability}. */
  public static int of(int inEachBuild, int forLong) {
    return IS_LONG ? forLong : inEachBuild;
  }
}
