package dev.backstop.annotation;

import dev.backstop.BackedCache;
import dev.backstop.cdi.CacheName;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.util.TypeLiteral;
import java.lang.reflect.Constructor;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The application's beans that annotated methods use, each taken when it is first needed. */
final class Beans implements AutoCloseable {
  private final BeanManager beans;
  private final Map<Class<?>, Instance.Handle<?>> taken = new HashMap<>();
  private boolean isClosed;

  Beans(BeanManager beans) {
    this.beans = beans;
  }

  /** The cache of that name, which a deployment has made for the types of its methods. */
  @SuppressWarnings("unchecked") // of keys and values it is told only what it was made for
  Supplier<BackedCache<Object, Object>> cache(String name) {
    return once(
        () ->
            (BackedCache<Object, Object>)
                beans
                    .createInstance()
                    .select(new TypeLiteral<BackedCache<?, ?>>() {}, CacheName.Literal.of(name))
                    .get());
  }

  /** The bean of that class. */
  <T> Supplier<T> bean(Class<T> type) {
    return once(() -> take(type));
  }

  /** The bean of that class, or else an object of it. */
  <T> Supplier<T> make(Class<T> type) {
    return once(() -> has(type) ? take(type) : construct(type));
  }

  /** Whether that is possible. */
  boolean canMake(Class<?> type) {
    return has(type)
        || Stream.of(type.getDeclaredConstructors())
            .anyMatch(constructor -> constructor.getParameterCount() == 0);
  }

  private static <T> T construct(Class<T> type) {
    try {
      Constructor<T> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor.newInstance();
    } catch (ReflectiveOperationException refused) {
      throw new IllegalStateException(type + " can't be constructed", refused);
    }
  }

  private synchronized <T> T take(Class<T> type) {
    if (isClosed) {
      throw new IllegalStateException("The application of this method is shut down");
    }
    Instance.Handle<?> handle = taken.get(type);
    if (handle == null) {
      handle = beans.createInstance().select(type).getHandle();
      taken.put(type, handle);
    }
    return type.cast(handle.get());
  }

  /** Whether there is one of that class, and no more. */
  boolean has(Class<?> type) {
    return beans.createInstance().select(type).isResolvable();
  }

  private static <T> Supplier<T> once(Supplier<T> found) {
    return new Supplier<>() {
      private volatile @Nullable T known;

      @Override
      public T get() {
        T answer = known;
        if (answer == null) {
          answer = found.get();
          known = answer;
        }
        return answer;
      }
    };
  }

  /** Destroys what belongs to nobody else. */
  @Override
  public synchronized void close() {
    isClosed = true;
    for (Instance.Handle<?> handle : taken.values()) {
      if (handle.getBean().getScope() == Dependent.class) {
        handle.destroy();
      }
    }
    taken.clear();
  }
}
