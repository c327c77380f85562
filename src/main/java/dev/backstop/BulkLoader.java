package dev.backstop;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the values of many keys from their source, in one call.
 *
 * <p>It runs where a {@link Loader} would, under the same rules.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 * @param <X> what the loader may throw; {@code RuntimeException} is inferred when it declares
 *     nothing
 */
@FunctionalInterface
public interface BulkLoader<K, V, X extends Exception> {
  /**
   * Fetches what the source has of these keys.
   *
   * @param keys at least one, in the order in which they were asked for; can't be changed
   * @return the values by key. A key that is absent was not answered: nothing changes for it. A
   *     null value says that the source has no such thing. What was not asked for is ignored.
   * @throws X if the source could not say, for all the keys
   */
  Map<K, @Nullable V> load(Set<K> keys) throws X;
}
