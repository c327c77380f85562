package dev.backstop;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Refuses bad arguments at once, with a message that names the parameter and its value. */
final class Checks {
  /** Below it a duration is a mistake of units, and the fast tier could not keep its promise. */
  private static final Duration SHORTEST = Duration.ofMillis(1);

  private Checks() {}

  static <T> T notNull(String name, @Nullable T value) {
    if (value == null) {
      throw new NullPointerException(name + " must not be null");
    }
    return value;
  }

  static void that(boolean holds, String name, String rule, Object was) {
    if (!holds) {
      throw new IllegalArgumentException(name + " must be " + rule + ", was " + was);
    }
  }

  static Duration positive(String name, @Nullable Duration value) {
    Duration duration = notNull(name, value);
    that(duration.compareTo(SHORTEST) >= 0, name, "at least " + SHORTEST, duration);
    return duration;
  }

  static Duration between(String name, Duration least, Duration most, @Nullable Duration value) {
    Duration duration = notNull(name, value);
    that(duration.compareTo(least) >= 0, name, "at least " + least, duration);
    that(duration.compareTo(most) <= 0, name, "at most " + most, duration);
    return duration;
  }

  static double fraction(String name, double value) {
    that(value > 0 && value <= 1, name, "above 0 and at most 1", value);
    return value;
  }

  static void positive(String name, long value) {
    that(value > 0, name, "at least 1", value);
  }

  static String name(String name, @Nullable String value) {
    String text = notNull(name, value);
    that(text.matches("[A-Za-z0-9_.-]{1,64}"), name, "1 to 64 of A-Z a-z 0-9 _ . -", text);
    return text;
  }
}
