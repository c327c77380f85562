package dev.backstop.core;

import dev.backstop.fast.FastCopy;
import org.jspecify.annotations.Nullable;

/**
 * The newest that this process can reach of a key: in case its load fails or, if it is fresh, in
 * place of the load.
 *
 * @param copy null if there is nothing
 * @param fresh the same, if it is a backup that may be served without a load; or null
 * @param trouble what went wrong in looking for it, or null
 */
record Reserve<V>(
    @Nullable FastCopy<V> copy, @Nullable FastCopy<V> fresh, @Nullable Throwable trouble) {
  /** What may only stand in. */
  Reserve(@Nullable FastCopy<V> copy, @Nullable Throwable trouble) {
    this(copy, null, trouble);
  }
}
