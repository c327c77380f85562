package dev.backstop.backup;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a node changed, and others are to hear of.
 *
 * @param cache as stored
 * @param key as stored; a prefix, or null, where the kind says so
 * @param kind what became of it
 * @param stamp that of the change, in microseconds
 */
public record News(String cache, @Nullable String key, Kind kind, long stamp) {
  /** Who did not hear for longer may have missed some that are gone. */
  static final Duration KEPT = Duration.ofMinutes(10);

  /** What became of a key or of many. */
  public enum Kind {
    /** It has another value. */
    PUT,
    /** It is forgotten. */
    REMOVE,
    /** It is no longer fresh. */
    EXPIRE,
    /** All keys with that prefix are forgotten. */
    REMOVE_PREFIX,
    /** None with that prefix is fresh any longer. */
    EXPIRE_PREFIX,
    /** All of the cache is forgotten that is stamped at or below. */
    CLEAR,
    /** Nothing of the cache is fresh any longer that is stamped at or below. */
    EXPIRE_ALL
  }
}
