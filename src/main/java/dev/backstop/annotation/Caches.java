package dev.backstop.annotation;

import dev.backstop.BackedCache;
import dev.backstop.cdi.CacheName;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.util.TypeLiteral;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The application's caches by their names. */
final class Caches {
  private final BeanManager beans;
  private final Map<String, BackedCache<?, ?>> found = new ConcurrentHashMap<>();

  Caches(BeanManager beans) {
    this.beans = beans;
  }

  /** That of a name which a deployment has checked. */
  @SuppressWarnings("unchecked") // it was made for the types of the methods that use it
  BackedCache<Object, Object> get(String name) {
    return (BackedCache<Object, Object>) found.computeIfAbsent(name, this::find);
  }

  private BackedCache<?, ?> find(String name) {
    return beans
        .createInstance()
        .select(new TypeLiteral<BackedCache<?, ?>>() {}, CacheName.Literal.of(name))
        .get();
  }
}
