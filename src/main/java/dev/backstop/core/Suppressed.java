package dev.backstop.core;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attaches what else went wrong to the exception that the caller gets. */
final class Suppressed {
  /** A loader may throw the same object for ever; it must not grow for ever. */
  private static final int AT_MOST = 8;

  private Suppressed() {}

  static void attach(Throwable failure, @Nullable Throwable other) {
    if (other == null || other == failure) {
      return;
    }
    synchronized (failure) { // callers who share a failure share the trouble as well
      List<Throwable> before = Arrays.asList(failure.getSuppressed());
      if (before.size() < AT_MOST && before.stream().noneMatch(one -> one == other)) {
        failure.addSuppressed(other);
      }
    }
  }

  /** Throws {@code failure} as it is, though the compiler can't know that it is declared. */
  @SuppressWarnings("unchecked")
  static <X extends Throwable> RuntimeException sneak(Throwable failure) throws X {
    throw (X) failure;
  }
}
