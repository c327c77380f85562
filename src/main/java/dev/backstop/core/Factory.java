package dev.backstop.core;

import dev.backstop.Backstop;
import dev.backstop.BackstopConfig;
import dev.backstop.BackstopFactory;

/** How the builder reaches the core; named in {@code META-INF/services}. */
public final class Factory implements BackstopFactory {
  /** For {@code ServiceLoader}. */
  public Factory() {}

  @Override
  public Backstop open(BackstopConfig config) {
    return new Engine(config);
  }
}
