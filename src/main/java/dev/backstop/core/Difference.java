package dev.backstop.core;

import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds where two values differ: by {@code equals}, and inside of arrays, collections and records,
 * whose own {@code equals} fails on parts that have none. Values are not told, as they may be
 * anybody's business.
 */
final class Difference {
  private boolean isUnsure;

  /** Whether something was met that has no {@code equals}. */
  boolean isUnsure() {
    return isUnsure;
  }

  /** Returns where they differ and how, or null if they were not seen to. */
  @Nullable String between(String path, @Nullable Object before, @Nullable Object after)
      throws ReflectiveOperationException {
    if (Objects.equals(before, after)) {
      return null;
    }
    if (before == null || after == null) {
      return at(path, name(before) + " became " + name(after));
    }
    if (before.getClass().isArray() && after.getClass().isArray()) {
      return betweenArrays(path, before, after);
    }
    if (before instanceof List<?> list && after instanceof List<?> other) {
      return betweenArrays(path, list.toArray(), other.toArray());
    }
    if (before instanceof Map<?, ?> map && after instanceof Map<?, ?> other) {
      return betweenMaps(path, map, other);
    }
    if (before instanceof Collection<?> some && after instanceof Collection<?> other) {
      return betweenElements(path, some, other);
    }
    if (before instanceof Optional<?> some && after instanceof Optional<?> other) {
      return between(path, some.orElse(null), other.orElse(null));
    }
    if (before instanceof Record && before.getClass() == after.getClass()) {
      return betweenRecords(path, before, after);
    }
    return betweenLeaves(path, before, after);
  }

  private @Nullable String betweenArrays(String path, Object before, Object after)
      throws ReflectiveOperationException {
    int length = Array.getLength(before);
    if (length != Array.getLength(after)) {
      return at(path, length + " elements became " + Array.getLength(after));
    }
    String found = null;
    for (int i = 0; i < length && found == null; i++) {
      found = between(path + "[" + i + "]", Array.get(before, i), Array.get(after, i));
    }
    return found;
  }

  private @Nullable String betweenMaps(String path, Map<?, ?> before, Map<?, ?> after)
      throws ReflectiveOperationException {
    String found = betweenElements(path, before.keySet(), after.keySet());
    for (Object key : before.keySet()) {
      if (found == null && after.containsKey(key)) {
        found = between(path + "{}", before.get(key), after.get(key));
      }
    }
    return found;
  }

  private @Nullable String betweenElements(String path, Collection<?> before, Collection<?> after) {
    if (before.size() != after.size()) {
      return at(path, before.size() + " elements became " + after.size());
    }
    for (Object element : before) {
      if (!after.contains(element)) {
        return missing(path + "{}", element);
      }
    }
    return null;
  }

  private @Nullable String betweenRecords(String path, Object before, Object after)
      throws ReflectiveOperationException {
    boolean wasUnsure = isUnsure;
    isUnsure = false;
    String found = null;
    for (RecordComponent component : before.getClass().getRecordComponents()) {
      component.getAccessor().setAccessible(true); // a record may be anybody's own
      String inside = path + "." + component.getName();
      Object part = component.getAccessor().invoke(before);
      if (found == null) {
        found = between(inside, part, component.getAccessor().invoke(after));
      }
    }
    if (found == null && !isUnsure) {
      found = at(path, name(before) + " is not equal");
    }
    isUnsure |= wasUnsure;
    return found;
  }

  private @Nullable String missing(String path, @Nullable Object element) {
    return isLeafWithoutEquals(element) ? null : at(path, name(element) + " is missing");
  }

  private @Nullable String betweenLeaves(String path, Object before, Object after) {
    if (isLeafWithoutEquals(before)) {
      return null;
    }
    boolean isSameType = before.getClass() == after.getClass();
    return at(path, name(before) + (isSameType ? " is not equal" : " became " + name(after)));
  }

  private boolean isLeafWithoutEquals(@Nullable Object value) {
    boolean without = value != null && !hasEquals(value.getClass());
    isUnsure |= without;
    return without;
  }

  private static boolean hasEquals(Class<?> type) {
    try {
      return type.getMethod("equals", Object.class).getDeclaringClass() != Object.class;
    } catch (NoSuchMethodException never) {
      throw new AssertionError(never);
    }
  }

  private static String at(String path, String what) {
    return path.isEmpty() ? what : "at " + path + ": " + what;
  }

  private static String name(@Nullable Object value) {
    return value == null ? "null" : value.getClass().getTypeName();
  }
}
