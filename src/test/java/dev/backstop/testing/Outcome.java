package dev.backstop.testing;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** What a call came to: its value, which may be null, or the very object that it threw. */
public record Outcome<T>(@Nullable T value, @Nullable Throwable failure) {
  /** Makes the call and keeps what it came to, errors included. */
  @SuppressWarnings("CatchingUnchecked") // A failed assertion is an outcome, too.
  static <T> Outcome<T> of(Callable<? extends T> call) {
    try {
      return new Outcome<>(call.call(), null);
    } catch (Throwable failure) {
      return new Outcome<>(null, failure);
    }
  }

  /** Whether it returned. */
  public boolean succeeded() {
    return failure == null;
  }
}
