package dev.backstop.fast;

import org.jspecify.annotations.Nullable;

/** Says why Ehcache failed: the last of a chain of causes that says anything knows best. */
final class Why {
  private Why() {}

  static String of(Throwable failure) {
    Throwable best = failure;
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null) {
        best = cause;
      }
    }
    return best.toString();
  }
}
