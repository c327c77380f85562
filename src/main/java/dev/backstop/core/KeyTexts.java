package dev.backstop.core;

import dev.backstop.KeyText;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The canonical text of the key types that have one. Not for applications. */
public final class KeyTexts {
  private static final Set<Class<?>> PLAIN =
      Set.of(
          Boolean.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          boolean.class,
          byte.class,
          short.class,
          int.class,
          long.class,
          float.class,
          double.class);

  private static final Set<Class<?>> QUOTED_IN_RECORDS =
      Set.of(String.class, UUID.class, Character.class, char.class);

  private KeyTexts() {}

  /**
   * Chooses by the type of the keys.
   *
   * @throws IllegalArgumentException if it has no canonical text
   */
  static <K> KeyText<K> of(Class<K> type) {
    if (type.isRecord()) {
      checkComponents(type, type, new HashSet<>());
      return recordText(type)::text;
    }
    if (type.isEnum()) {
      return key -> ((Enum<?>) key).name();
    }
    if (PLAIN.contains(type) || QUOTED_IN_RECORDS.contains(type)) {
      return String::valueOf;
    }
    throw unknown(type, type);
  }

  /** The key of the commonest types that has that text; null for others. */
  static <K> @Nullable K parse(Class<K> type, String text) {
    Object key =
        type == String.class
            ? text
            : type == Long.class
                ? Long.valueOf(text)
                : type == Integer.class
                    ? Integer.valueOf(text)
                    : type == UUID.class ? UUID.fromString(text) : null;
    return type.cast(key);
  }

  /** Whether a record that is a key may have components of that type. */
  public static boolean isPart(Class<?> type) {
    try {
      of(type);
      return true;
    } catch (IllegalArgumentException withoutText) {
      return false;
    }
  }

  /** The text that a record of these components has: {@code ["planet",5]}. */
  public static String ofParts(List<?> parts) {
    return parts.stream().map(RecordText::component).collect(Collectors.joining(",", "[", "]"));
  }

  private static IllegalArgumentException unknown(Class<?> keyType, Class<?> part) {
    String where = keyType == part ? "" : " with a component of " + part.getName();
    return new IllegalArgumentException(
        "keyType must be a String, boxed primitive, UUID, enum, a record of those, or have a"
            + " keyText, was "
            + keyType.getName()
            + where);
  }

  /** A record as a JSON array of its components: {@code ["planet",5]}. */
  private static RecordText recordText(Class<?> type) {
    List<Method> accessors =
        Arrays.stream(type.getRecordComponents()).map(RecordComponent::getAccessor).toList();
    accessors.forEach(accessor -> accessor.setAccessible(true));
    return new RecordText(accessors);
  }

  /** Refuses what is not of those, also deeper; a record may have components of its own type. */
  private static void checkComponents(Class<?> keyType, Class<?> record, Set<Class<?>> checked) {
    if (!checked.add(record)) {
      return;
    }
    for (RecordComponent component : record.getRecordComponents()) {
      Class<?> part = component.getType();
      if (part.isRecord()) {
        checkComponents(keyType, part, checked);
      } else if (!part.isEnum() && !PLAIN.contains(part) && !QUOTED_IN_RECORDS.contains(part)) {
        throw unknown(keyType, part);
      }
    }
  }

  private record RecordText(List<Method> accessors) {
    String text(Object key) {
      return ofParts(accessors.stream().map(accessor -> read(accessor, key)).toList());
    }

    private static @Nullable Object read(Method accessor, Object key) {
      try {
        return accessor.invoke(key);
      } catch (IllegalAccessException | InvocationTargetException failure) {
        throw new IllegalArgumentException("key must be a readable record, was " + key, failure);
      }
    }

    private static String component(@Nullable Object value) {
      if (value == null || PLAIN.contains(value.getClass())) {
        return String.valueOf(value);
      }
      if (value instanceof Record nested) {
        return recordText(nested.getClass()).text(nested);
      }
      return quoted(value instanceof Enum<?> constant ? constant.name() : value.toString());
    }

    private static String quoted(String text) {
      return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
  }
}
