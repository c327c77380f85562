package dev.backstop.cdi;

import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Codec;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.util.TypeLiteral;
import java.lang.annotation.Annotation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The parts that the application produces. */
final class Produced implements AutoCloseable {
  private final BeanManager beans;
  private final Deque<Instance.Handle<?>> taken = new ArrayDeque<>();

  Produced(BeanManager beans) {
    this.beans = beans;
  }

  /** The Backstop that it makes itself. */
  Backstop backstop() {
    return beans.createInstance().select(Backstop.class).get();
  }

  /** The spec of that cache. */
  CacheSpec<?, ?> spec(String cache) {
    return beans
        .createInstance()
        .select(new TypeLiteral<CacheSpec<?, ?>>() {}, CacheName.Literal.of(cache))
        .get();
  }

  /** How many beans there are of that part for all caches. */
  int count(Class<?> part) {
    return beans.getBeans(part, ForBackstop.Literal.INSTANCE).size();
  }

  /** The part for all caches, if there is one. */
  <T> Optional<T> part(Class<T> type) {
    return part(type, ForBackstop.Literal.INSTANCE);
  }

  /** The codec of the values of that cache, if there is one. */
  Optional<Codec> codec(String cache) {
    return part(Codec.class, CacheName.Literal.of(cache));
  }

  /** Every codec, whatever it is for. */
  List<Codec> codecs() {
    return beans.createInstance().select(Codec.class, Any.Literal.INSTANCE).stream().toList();
  }

  private synchronized <T> Optional<T> part(Class<T> type, Annotation qualifier) {
    Instance<T> found = beans.createInstance().select(type, qualifier);
    if (found.isUnsatisfied()) {
      return Optional.empty();
    }
    Instance.Handle<T> handle = found.getHandle();
    taken.push(handle);
    return Optional.of(handle.get());
  }

  /** Gives back what belongs to nobody else. */
  @Override
  public synchronized void close() {
    while (!taken.isEmpty()) {
      Instance.Handle<?> handle = taken.pop();
      if (handle.getBean().getScope() == Dependent.class) {
        handle.destroy();
      }
    }
  }
}
