package dev.backstop.core;

import org.jspecify.annotations.Nullable;

/** Attaches what else went wrong to the exception that the caller gets. */
final class Suppressed {
  /** A loader may throw the same object for ever; it must not grow for ever. */
  private static final int AT_MOST = 8;

  private Suppressed() {}

  static void attach(Throwable failure, @Nullable Throwable other) {
    if (other != null && other != failure && failure.getSuppressed().length < AT_MOST) {
      failure.addSuppressed(other);
    }
  }

  /** Throws {@code failure} as it is, though the compiler can't know that it is declared. */
  @SuppressWarnings("unchecked")
  static <X extends Throwable> RuntimeException sneak(Throwable failure) throws X {
    throw (X) failure;
  }
}
