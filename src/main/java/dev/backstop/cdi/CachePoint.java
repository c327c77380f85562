package dev.backstop.cdi;

import dev.backstop.BackedCache;
import dev.backstop.CacheSpec;
import dev.backstop.GenericType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;

/**
 * A cache as an injection point, a producer of its spec, or an annotated method names it.
 *
 * @param spec that of the cache, where the application produces none
 * @param type {@code BackedCache} of the keys and the values
 * @param where what the messages call the place
 */
record CachePoint(CacheSpec<?, ?> spec, Type type, String where) {
  /** That of a spec. */
  static CachePoint of(CacheSpec<?, ?> spec, String where) {
    return new CachePoint(spec, new CacheType(spec.keyType(), spec.valueType().type()), where);
  }

  /**
   * Reads name and types.
   *
   * @param declared what has the types of keys and values as its arguments
   * @throws IllegalArgumentException if they make no cache; the message says where, and what to do
   */
  static CachePoint of(String name, Type declared, String where) {
    if (!(declared instanceof ParameterizedType generic)) {
      throw wrong(where, "needs the types of its keys and values");
    }
    Type key = generic.getActualTypeArguments()[0];
    Type value = generic.getActualTypeArguments()[1];
    if (!(key instanceof Class<?> keyType)) {
      throw wrong(where, "needs keys of one class, not of " + key.getTypeName());
    }
    if (value instanceof WildcardType) {
      throw wrong(where, "needs values of one type, not of " + value.getTypeName());
    }
    try {
      return of(CacheSpec.of(name, keyType, GenericType.of(value)), where);
    } catch (IllegalArgumentException refused) {
      throw wrong(where, "can't be: " + refused.getMessage());
    }
  }

  /** Says what is wrong with a place, and how one that is right looks. */
  static IllegalArgumentException wrong(String where, String what) {
    return new IllegalArgumentException(
        where
            + ": a cache "
            + what
            + ". Declare it as in @Inject @CacheName(\"feeds\") BackedCache<String, Feed> feeds");
  }

  String name() {
    return spec.name();
  }

  boolean hasTypesOf(CachePoint other) {
    return spec.keyType().equals(other.spec.keyType())
        && spec.valueType().equals(other.spec.valueType());
  }

  String types() {
    return "BackedCache<" + spec.keyType().getTypeName() + ", " + spec.valueType() + ">";
  }

  /** The type of the bean, for producers of specs, which do not have it themselves. */
  private record CacheType(Type key, Type value) implements ParameterizedType {
    @Override
    public Type[] getActualTypeArguments() {
      return new Type[] {key, value};
    }

    @Override
    public Type getRawType() {
      return BackedCache.class;
    }

    @Override
    @SuppressWarnings("NullAway") // it has none, and null is what says so
    public Type getOwnerType() {
      return null;
    }

    @Override
    public String getTypeName() {
      return "BackedCache<" + key.getTypeName() + ", " + value.getTypeName() + ">";
    }
  }
}
