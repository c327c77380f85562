package dev.backstop;

import org.jspecify.annotations.Nullable;

/**
 * A {@link Loader} that is told what is known of the value so far, and may answer that it has not
 * changed.
 *
 * @param <V> the type of the value
 * @param <X> what the loader may throw; {@code RuntimeException} is inferred when it declares
 *     nothing
 */
@FunctionalInterface
public interface ContextLoader<V, X extends Exception> {
  /**
   * Fetches the value.
   *
   * @param context of this load
   * @return the value, or null if the source has no such thing
   * @throws X if the source could not say
   */
  @Nullable V load(LoadContext<V> context) throws X;
}
