package dev.backstop.annotation;

import dev.backstop.core.KeyTexts;
import jakarta.enterprise.inject.spi.AnnotatedMethod;
import jakarta.enterprise.inject.spi.AnnotatedParameter;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

  List<Class<?>> types() {
    return positions.stream().<Class<?>>map(at -> method.getParameterTypes()[at]).toList();
  }

  /** The type of the keys. */
  Class<?> keyType() {
    return positions.size() == 1 ? types().get(0) : CompositeKey.class;
  }

  /** What is wrong with them; a single one is checked as the key of its cache. */
  Optional<String> problem() {
    return positions.stream()
        .filter(at -> positions.size() > 1 && !KeyTexts.isPart(method.getParameterTypes()[at]))
        .findFirst()
        .map(
            at ->
                "parameter %d can't be part of a key: it must be a String, primitive, UUID, enum or a record of those, was %s. Mark with @CacheKey those that are"
                    .formatted(at + 1, method.getParameterTypes()[at].getName()));
  }

  /**
   * Returns the key of a call.
   *
   * @throws NullPointerException if it is null; the message names method and parameter
   */
  Object of(@Nullable Object[] arguments) {
    if (positions.size() != 1) {
      List<@Nullable Object> parts = new ArrayList<>();
      positions.forEach(at -> parts.add(arguments[at]));
      return new CompositeKey(Collections.unmodifiableList(parts));
    }
    int at = positions.get(0);
    Object key = arguments[at];
    if (key == null) {
      throw new NullPointerException(
          "%s: parameter %d is the key, and must not be null"
              .formatted(Methods.name(method), at + 1));
    }
    return key;
  }
}
