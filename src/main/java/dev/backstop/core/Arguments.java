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

  /** Refuses what is too long for its column, and what no database stores. */
  static String storable(String name, @Nullable String value, int longest) {
    String text = notNull(name, value);
    if (text.length() > longest) {
      throw new IllegalArgumentException(
          name
              + " must be at most "
              + longest
              + " characters, was "
              + text.length()
              + ": "
              + Texts.shown(text));
    }
    int wrong = Texts.unstorable(text);
    if (wrong >= 0) {
      throw new IllegalArgumentException(
          name
              + " must hold neither NUL nor a lone surrogate, was \""
              + Texts.shown(text)
              + "\" with \\u%04x at index %d".formatted((int) text.charAt(wrong), wrong));
    }
    return text;
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
