package dev.backstop.annotation;

import dev.backstop.core.KeyTexts;
import jakarta.enterprise.inject.spi.AnnotatedMethod;
import jakarta.enterprise.inject.spi.AnnotatedParameter;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which parameters of a method are the key.
 *
 * @param positions theirs, in their order
 */
record KeyParts(Method method, List<Integer> positions) {
  static KeyParts of(AnnotatedMethod<?> method) {
    List<? extends AnnotatedParameter<?>> all = method.getParameters();
    List<Integer> marked =
        all.stream()
            .filter(parameter -> parameter.isAnnotationPresent(CacheKey.class))
            .map(AnnotatedParameter::getPosition)
            .toList();
    return new KeyParts(
        method.getJavaMember(),
        marked.isEmpty() ? all.stream().map(AnnotatedParameter::getPosition).toList() : marked);
  }

  /** What messages call the method. */
  String where() {
    return method.getDeclaringClass().getName() + "." + method.getName();
  }

  boolean isSingle() {
    return positions.size() == 1;
  }

  /** Their types, as objects have them. */
  List<Class<?>> types() {
    return positions.stream().<Class<?>>map(at -> boxed(method.getParameterTypes()[at])).toList();
  }

  /**
   * Checks that they can be parts of one key.
   *
   * @throws IllegalArgumentException if one can't
   */
  void checkParts() {
    for (Class<?> part : types()) {
      if (!KeyTexts.isPart(part)) {
        throw new IllegalArgumentException(
            "a part of a key must be a String, primitive, UUID, enum or a record of those, was "
                + part.getName()
                + ". Mark with @CacheKey what is the key");
      }
    }
  }

  static Class<?> boxed(Class<?> type) {
    return MethodType.methodType(type).wrap().returnType();
  }

  @Override
  public String toString() {
    return types().stream().map(Class::getName).collect(Collectors.joining(", ", "(", ")"));
  }
}
