package dev.backstop.testing;

import dev.backstop.CacheTier;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The simplest tier that there can be. */
public final class MapTier implements CacheTier {
  private final String name;
  private final Map<String, byte[]> map = new ConcurrentHashMap<>();

  /** An empty one. */
  public MapTier(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public byte @Nullable [] get(String key) {
    return map.get(key);
  }

  @Override
  public void put(String key, byte[] bytes) {
    map.put(key, bytes);
  }

  @Override
  public void remove(String key) {
    map.remove(key);
  }

  @Override
  public void removeIf(Predicate<? super String> keys) {
    map.keySet().removeIf(keys);
  }
}
