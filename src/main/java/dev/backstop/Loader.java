package dev.backstop;

import org.jspecify.annotations.Nullable;

/**
 * Fetches one value from its source.
 *
 * <p>It runs on the caller's thread (in its transaction, request and security context) unless a
 * timeout or a refresh ahead needs another one. No lock is held while it runs.
 *
 * @param <V> the type of the value
 * @param <X> what the loader may throw; {@code RuntimeException} is inferred when it declares
 *     nothing
 */
@FunctionalInterface
public interface Loader<V, X extends Exception> {
  /**
   * Fetches the value.
   *
   * @return the value, or null if the source has no such thing
   * @throws X if the source could not say
   */
  @Nullable V load() throws X;
}
