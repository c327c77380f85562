package dev.backstop;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/** Finds the classes in a type. */
final class Types {
  private Types() {}

  static Class<?> raw(Type type) {
    if (type instanceof Class<?> named) {
      return named;
    }
    if (type instanceof ParameterizedType generic) {
      return raw(generic.getRawType());
    }
    if (type instanceof GenericArrayType array) {
      return raw(array.getGenericComponentType()).arrayType();
    }
    return raw(bounds(type)[0]);
  }

  static Set<Class<?>> classes(Type type) {
    Set<Class<?>> classes = new LinkedHashSet<>();
    collect(type, classes, new HashSet<>());
    return Collections.unmodifiableSet(classes);
  }

  /** A type that was seen is not entered again: {@code T extends Comparable<T>}. */
  private static void collect(Type type, Set<Class<?>> classes, Set<Type> seen) {
    if (!seen.add(type)) {
      return;
    }
    if (type instanceof Class<?> named) {
      if (named.isArray()) {
        collect(named.getComponentType(), classes, seen);
      } else {
        classes.add(named);
      }
    } else if (type instanceof ParameterizedType generic) {
      collect(generic.getRawType(), classes, seen);
      collectAll(generic.getActualTypeArguments(), classes, seen);
    } else if (type instanceof GenericArrayType array) {
      collect(array.getGenericComponentType(), classes, seen);
    } else {
      collectAll(bounds(type), classes, seen);
    }
  }

  private static void collectAll(Type[] types, Set<Class<?>> classes, Set<Type> seen) {
    for (Type type : types) {
      collect(type, classes, seen);
    }
  }

  /** What is known of it: {@code Feed} of {@code ? extends Feed} and of {@code ? super Feed}. */
  private static Type[] bounds(Type type) {
    if (type instanceof TypeVariable<?> variable) {
      return variable.getBounds();
    }
    WildcardType wildcard = (WildcardType) type;
    Type[] lower = wildcard.getLowerBounds();
    return lower.length == 0 ? wildcard.getUpperBounds() : lower;
  }
}
