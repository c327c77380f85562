package dev.backstop.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Refuses bad arguments of calls, with a message that names the parameter and its value. */
final class Arguments {
  private static final Duration SHORTEST = Duration.ofMillis(1);

  private Arguments() {}

  static <T> T notNull(String name, @Nullable T value) {
    if (value == null) {
      throw new NullPointerException(name + " must not be null");
    }
    return value;
  }

  static Duration duration(String name, @Nullable Duration value) {
    Duration duration = notNull(name, value);
    if (duration.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException(
          name + " must be at least " + SHORTEST + ", was " + duration);
    }
    return duration;
  }
}
