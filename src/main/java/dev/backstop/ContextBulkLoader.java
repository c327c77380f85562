package dev.backstop;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@link BulkLoader} that can say of single keys that they failed.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 * @param <X> what the loader may throw
 */
@FunctionalInterface
public interface ContextBulkLoader<K, V, X extends Exception> {
  /**
   * Fetches what the source has of these keys, and tells the context which of them failed.
   *
   * @param keys as {@link BulkLoader#load} gets them
   * @return as {@link BulkLoader#load} does
   * @throws X if the source could not say, for all the keys
   */
  Map<K, @Nullable V> load(Set<K> keys, BulkContext<K> context) throws X;
}
