package dev.backstop;

import java.time.Instant;

/**
 * Asks the source whether anything of an entry changed since it was loaded.
 *
 * @see Policy#changedSince
 * @see Changes
 */
@FunctionalInterface
public interface ChangedSince {
  /**
   * Whether anything changed at or after {@code stamp}, the moment as of which the entry is known
   * to hold. What changed in that very moment counts, so ask with {@code >=}.
   *
   * @throws Exception if it can't be told: the fast copy is then served
   */
  boolean test(Instant stamp) throws Exception;
}
