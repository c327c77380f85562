package dev.backstop.core;

import dev.backstop.fast.FastCopy;
import org.jspecify.annotations.Nullable;

/**
 * The newest that this process can reach of a key, in case its load fails.
 *
 * @param copy null if there is nothing
 * @param trouble what went wrong in looking for it, or null
 */
record Reserve<V>(@Nullable FastCopy<V> copy, @Nullable Throwable trouble) {}
