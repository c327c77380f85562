package dev.backstop.core;

import dev.backstop.backup.Outcome;
import dev.backstop.fast.FastCopy;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** How a flight ended. */
sealed interface Landing<V> {
  /**
   * The source answered.
   *
   * @param value null if it has no such thing
   * @param write the backup on its way
   */
  record Loaded<V>(
      @Nullable V value, long createdAt, long expiresAt, CompletableFuture<Outcome> write)
      implements Landing<V> {}

  /**
   * A tier answered, and the source was not asked.
   *
   * @param copy what the fast tier now holds, unless a change came since
   * @param tier the tier's name
   */
  record Held<V>(FastCopy<V> copy, String tier) implements Landing<V> {}

  /**
   * The load failed, for all who share it.
   *
   * @param standIn what the fast tier now holds in its place, or null
   */
  record Failed<V>(Exception failure, @Nullable FastCopy<V> standIn) implements Landing<V> {}

  /** A bulk loader said nothing of the key; who wants it alone loads anew. */
  record Absent<V>() implements Landing<V> {}

  /**
   * The one who loaded was interrupted or died: that says nothing of the source. The flight knows
   * the cause.
   */
  record Died<V>() implements Landing<V> {}
}
