package dev.backstop.core;

import dev.backstop.ContextLoader;
import dev.backstop.LoadContext;
import dev.backstop.Loader;
import org.jspecify.annotations.Nullable;

/** A loader that takes a context, on the ways of those that do not; {@link Loading} calls it. */
record Contextual<V, X extends Exception>(ContextLoader<V, X> loader) implements Loader<V, X> {
  static <V, X extends Exception> Contextual<V, X> of(ContextLoader<V, X> loader) {
    return new Contextual<>(Arguments.notNull("loader", loader));
  }

  @Nullable V load(LoadContext<V> context) throws X {
    return loader.load(context);
  }

  @Override
  public V load() {
    throw new AssertionError("It needs its context");
  }
}
