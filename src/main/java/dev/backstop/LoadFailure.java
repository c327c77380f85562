package dev.backstop;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why a value is standing in. It keeps no exception object, which would pin the class loader of
 * whoever threw it.
 *
 * @param type the class name of what the loader threw
 * @param message its message
 * @param at when the load failed, in the time of the backups' database
 */
public record LoadFailure(String type, @Nullable String message, Instant at) {
  /** Describes {@code failure}, seen at {@code at}. */
  public static LoadFailure of(Throwable failure, Instant at) {
    return new LoadFailure(failure.getClass().getName(), messageOf(failure), at);
  }

  /** A user's exception may override {@code getMessage} and throw; an answer must not die of it. */
  private static @Nullable String messageOf(Throwable failure) {
    try {
      return failure.getMessage();
    } catch (Throwable broken) {
      return "(its getMessage threw " + broken.getClass().getName() + ")";
    }
  }
}
