package dev.backstop.core;

import dev.backstop.CacheSpec;

/** What of a cache can be told to be wrong before there is a Backstop. Not for applications. */
public final class Specs {
  private Specs() {}

  /**
   * Checks the types of its keys and values.
   *
   * @throws IllegalArgumentException if {@link dev.backstop.Backstop#cache} would refuse them
   */
  public static void check(CacheSpec<?, ?> spec) {
    Entities.refuseIn(spec);
    if (spec.keyText() == null) {
      KeyTexts.of(spec.keyType());
    }
  }
}
