package dev.backstop.annotation;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Optional;

/** Methods whose calls no interceptor meets, so that their annotation would do nothing. */
final class Refusals {
  private Refusals() {}

  /** Why it is one of them. */
  static Optional<String> of(Class<?> bean, Method method) {
    if (method.getDeclaringClass().isInterface()) {
      return Optional.of("is declared by an interface; annotate the method of the bean");
    }
    int modifiers = method.getModifiers();
    if (Modifier.isPrivate(modifiers)) {
      return Optional.of("is private");
    }
    if (Modifier.isStatic(modifiers)) {
      return Optional.of("is static");
    }
    if (Modifier.isFinal(modifiers)) {
      return Optional.of("is final");
    }
    return Modifier.isFinal(bean.getModifiers())
        ? Optional.of("is of a final class")
        : Optional.empty();
  }
}
