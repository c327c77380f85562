package dev.backstop.annotation;

import java.util.concurrent.Callable;
import javax.cache.Cache;
import org.jspecify.annotations.Nullable;

/** One that a resolver found: any provider's. */
record StandardOtherCache(Cache<Object, Object> cache) implements StandardCache {
  @Override
  public @Nullable Object get(Object key, Callable<@Nullable Object> method) throws Exception {
    Object known = cache.get(key);
    if (known != null) {
      return known;
    }
    Object value = method.call();
    set(key, value);
    return value;
  }

  @Override
  public void set(Object key, @Nullable Object value) {
    if (value != null) { // which no cache of JSR-107 takes
      cache.put(key, value);
    }
  }

  @Override
  public void remove(Object key) {
    cache.remove(key);
  }

  @Override
  public void removeAll() {
    cache.removeAll();
  }

  @Override
  public @Nullable Throwable failure(Object key) {
    return (Throwable) cache.get(key);
  }

  @Override
  public void fail(Object key, Throwable failure) {
    cache.put(key, failure);
  }
}
