package dev.backstop.fast;

import dev.backstop.CacheTier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** In the place of a tier that can't be opened: a cache works without it. */
record AbsentTier(String name) implements CacheTier {
  @Override
  public byte @Nullable [] get(String key) {
    return null;
  }

  @Override
  public void put(String key, byte[] bytes) {}

  @Override
  public void remove(String key) {}

  @Override
  public void removeIf(Predicate<? super String> keys) {}
}
