package dev.backstop.annotation;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the key of a call of its arguments.
 *
 * @param isItself whether the only part is the key
 * @param record of a cache whose keys are a record of the parts, its canonical constructor
 */
record KeyMaker(KeyParts parts, boolean isItself, @Nullable Constructor<?> record) {
  /** One for a cache of such keys, if the parts can be one. */
  static Optional<KeyMaker> of(KeyParts parts, Class<?> keyType) {
    boolean isItself = parts.isSingle() && parts.types().get(0) == keyType;
    if (isItself || keyType == CompositeKey.class) {
      return Optional.of(new KeyMaker(parts, isItself, null));
    }
    if (!keyType.isRecord()) {
      return Optional.empty();
    }
    Class<?>[] components =
        Arrays.stream(keyType.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    List<Class<?>> types =
        Arrays.<Class<?>>stream(components).<Class<?>>map(KeyParts::boxed).toList();
    return types.equals(parts.types())
        ? Optional.of(new KeyMaker(parts, false, constructor(keyType, components)))
        : Optional.empty();
  }

  private static Constructor<?> constructor(Class<?> record, Class<?>[] components) {
    try {
      Constructor<?> canonical = record.getDeclaredConstructor(components);
      canonical.setAccessible(true);
      return canonical;
    } catch (NoSuchMethodException impossible) {
      throw new IllegalStateException(record + " has no canonical constructor", impossible);
    }
  }

  /**
   * Returns the key.
   *
   * @throws NullPointerException if it is null; the message names method and parameter
   * @throws IllegalArgumentException if the record refuses its components
   */
  Object of(@Nullable Object[] arguments) {
    if (isItself) {
      int at = parts.positions().get(0);
      Object key = arguments[at];
      if (key == null) {
        throw new NullPointerException(
            "%s: parameter %d is the key, and must not be null".formatted(parts.where(), at + 1));
      }
      return key;
    }
    List<@Nullable Object> all = new ArrayList<>();
    parts.positions().forEach(at -> all.add(arguments[at]));
    if (record == null) {
      return new CompositeKey(Collections.unmodifiableList(all));
    }
    try {
      return record.newInstance(all.toArray());
    } catch (ReflectiveOperationException | IllegalArgumentException refused) {
      throw new IllegalArgumentException(
          "%s: %s can't be a %s"
              .formatted(parts.where(), all, record.getDeclaringClass().getName()),
          refused);
    }
  }
}
