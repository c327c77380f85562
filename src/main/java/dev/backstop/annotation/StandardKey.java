package dev.backstop.annotation;

import dev.backstop.core.KeyTexts;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.cache.annotation.CacheInvocationParameter;
import javax.cache.annotation.GeneratedCacheKey;
import org.jspecify.annotations.Nullable;

/** The key for caches of others where there is no generator. */
final class StandardKey implements GeneratedCacheKey {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // as serializable as they are
  private final @Nullable Object[] parts;

  private final int hash;

  StandardKey(CacheInvocationParameter... parameters) {
    this.parts = Stream.of(parameters).map(CacheInvocationParameter::getValue).toArray();
    this.hash = Arrays.deepHashCode(parts);
  }

  /**
   * The text of a generated key, for our caches.
   *
   * @throws IllegalArgumentException if it is no record of what has a text
   */
  static String text(GeneratedCacheKey key) {
    Class<?> type = key.getClass();
    if (!KeyTexts.isPart(type)) {
      throw new IllegalArgumentException(
          "A generated key must be a record of String, boxed primitive, UUID, enum or records of"
              + " those, or its cache needs a CacheSpec of GeneratedCacheKey with a keyText; was "
              + type.getName());
    }
    return type.getSimpleName() + KeyTexts.ofParts(List.of(key));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StandardKey that && Arrays.deepEquals(parts, that.parts);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return Arrays.deepToString(parts);
  }
}
