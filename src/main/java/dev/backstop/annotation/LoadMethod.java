package dev.backstop.annotation;

import dev.backstop.BackedCache;
import dev.backstop.CacheSpec;
import dev.backstop.GenericType;
import dev.backstop.Policy;
import jakarta.enterprise.inject.spi.AnnotatedMethod;
import jakarta.interceptor.InvocationContext;
import java.lang.reflect.Type;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A method that is a loader, as its annotation says. */
record LoadMethod(String cache, KeyParts key, Type valueType, Policy policy) {
  static LoadMethod of(AnnotatedMethod<?> method) {
    Backed backed = method.getAnnotation(Backed.class);
    return new LoadMethod(
        backed.cache(),
        KeyParts.of(method),
        method.getJavaMember().getGenericReturnType(),
        backed.ttl().isEmpty() ? Policy.unset() : Policy.ttl(Duration.parse(backed.ttl())));
  }

  String where() {
    return Methods.name(key.method());
  }

  CacheSpec<?, ?> spec() {
    GenericType<?> values = GenericType.of(valueType);
    return key.keyType() == CompositeKey.class
        ? CacheSpec.of(cache, CompositeKey.class, values).keyText(CompositeKey::text)
        : CacheSpec.of(cache, key.keyType(), values);
  }

  @Nullable Object call(InvocationContext call, BackedCache<Object, Object> loaded)
      throws Exception {
    return loaded.get(key.of(call.getParameters()), call::proceed, policy);
  }
}
