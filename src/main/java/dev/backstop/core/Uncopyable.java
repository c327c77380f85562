package dev.backstop.core;

import dev.backstop.clock.Stamp;

/**
 * Ends the load of a value that can't be copied. It is an error, as those say nothing of the
 * source: nothing stands in, no tier changes, and whoever waits for the load loads its own.
 */
final class Uncopyable extends Error {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // never leaves CopiedCache
  private final Object value;

  @SuppressWarnings("serial")
  private final Stamp asOf;

  Uncopyable(Object value, Stamp asOf, Throwable cause) {
    super("A value that can't be copied", cause, false, false);
    this.value = value;
    this.asOf = asOf;
  }

  Object value() {
    return value;
  }

  Stamp asOf() {
    return asOf;
  }
}
