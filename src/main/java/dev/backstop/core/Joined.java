package dev.backstop.core;

import dev.backstop.fast.FastCopy;
import org.jspecify.annotations.Nullable;

/** What a caller of {@link Slots} meets: a copy that is served, or a load to lead or to join. */
record Joined<V>(@Nullable FastCopy<V> copy, @Nullable Flight<V> flight, boolean leads) {}
