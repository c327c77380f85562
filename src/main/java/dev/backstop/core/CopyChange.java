package dev.backstop.core;

import dev.backstop.fast.FastCopy;
import org.jspecify.annotations.Nullable;

/** What a change at a stamp makes of the copy; null: no copy. */
@FunctionalInterface
interface CopyChange<V> {
  @Nullable FastCopy<V> apply(@Nullable FastCopy<V> copy, long stamp);
}
