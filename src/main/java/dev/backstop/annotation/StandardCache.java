package dev.backstop.annotation;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** What the annotations of JSR-107 do with a cache, be it ours or one that a resolver found. */
interface StandardCache {
  /** The value, or what is loaded, which is cached then. */
  @Nullable Object get(Object key, Callable<@Nullable Object> method) throws Exception;

  /** Caches what a method returned, whatever there was. */
  void set(Object key, @Nullable Object value);

  void remove(Object key);

  void removeAll();

  /** What failed before, and is cached. */
  @Nullable Throwable failure(Object key);

  /** Caches it. */
  void fail(Object key, Throwable failure);
}
