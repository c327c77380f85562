package dev.backstop.core;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Tells of failures that are foreign code as well: their own methods may throw. */
final class Causes {
  private Causes() {}

  /** What it says of itself, and its class if it can't. */
  static String text(@Nullable Throwable failure) {
    try {
      return String.valueOf(failure);
    } catch (Throwable broken) {
      return failure == null ? "" : failure.getClass().getName();
    }
  }

  /** Logs it with its stack, and without it if whoever logs can't bear it. */
  static void log(Logger logger, Level level, String what, @Nullable Throwable failure) {
    try {
      logger.log(level, what, failure);
    } catch (Throwable broken) {
      logger.log(level, what + ": " + text(failure));
    }
  }
}
