package dev.backstop.annotation;

import dev.backstop.CacheSpec;
import dev.backstop.GenericType;
import dev.backstop.Policy;
import jakarta.enterprise.inject.spi.AnnotatedMethod;
import java.lang.reflect.Method;
import java.util.Optional;

/** A method that is {@link Backed}, as it is declared. */
record BackedMethod(
    String cache,
    KeyParts key,
    GenericType<?> values,
    Policy policy,
    Class<? extends PolicyFactory> factory) {

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException if it can't be; the message says what, but not where
   */
  static BackedMethod of(AnnotatedMethod<?> declared) {
    Method method = declared.getJavaMember();
    Backed backed = declared.getAnnotation(Backed.class);
    return new BackedMethod(
        backed.cache(),
        KeyParts.of(declared),
        GenericType.of(Stages.valueType(method.getReturnType(), method.getGenericReturnType())),
        Attributes.policy(backed),
        backed.policy());
  }

  /**
   * The cache, of keys that are the only part, a record that others chose, or what is made here.
   *
   * @param keyType that of the cache, if others use it
   * @throws IllegalArgumentException if it can't be
   */
  CacheSpec<?, ?> spec(Optional<Class<?>> keyType) {
    Optional<Class<?>> chosen = keyType.filter(type -> KeyMaker.of(key, type).isPresent());
    if (chosen.isPresent() && chosen.get() != CompositeKey.class) {
      return CacheSpec.of(cache, chosen.get(), values);
    }
    if (key.isSingle()) {
      return CacheSpec.of(cache, key.types().get(0), values);
    }
    key.checkParts();
    return CacheSpec.of(cache, CompositeKey.class, values).keyText(CompositeKey::text);
  }
}
