package dev.backstop;

import java.lang.invoke.MethodType;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the classes in a type; {@link GenericType} lets no type variable in. */
final class Types {
  private Types() {}

  /** Keys are objects: {@code int.class} stands for {@code Integer.class}, as for the compiler. */
  @SuppressWarnings("unchecked") // int.class and Integer.class are both of type Class<Integer>
  static <K> Class<K> boxed(Class<K> type) {
    return (Class<K>) MethodType.methodType(type).wrap().returnType();
  }

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
    return raw(((WildcardType) type).getUpperBounds()[0]);
  }

  static String name(Type type) {
    if (type instanceof ParameterizedType generic) {
      return Arrays.stream(generic.getActualTypeArguments())
          .map(Types::name)
          .collect(Collectors.joining(", ", raw(generic).getTypeName() + "<", ">"));
    }
    return type instanceof GenericArrayType array
        ? name(array.getGenericComponentType()) + "[]"
        : type.getTypeName();
  }

  static Set<Class<?>> classes(Type type) {
    Set<Class<?>> classes = new LinkedHashSet<>();
    collect(type, classes);
    return Collections.unmodifiableSet(classes);
  }

  private static void collect(Type type, Set<Class<?>> classes) {
    if (type instanceof Class<?> named) {
      if (named.isArray()) {
        collect(named.getComponentType(), classes);
      } else {
        classes.add(named);
      }
    } else if (type instanceof ParameterizedType generic) {
      classes.add(raw(generic));
      collectAll(generic.getActualTypeArguments(), classes);
    } else if (type instanceof GenericArrayType array) {
      collect(array.getGenericComponentType(), classes);
    } else {
      collectAll(((WildcardType) type).getUpperBounds(), classes);
      collectAll(((WildcardType) type).getLowerBounds(), classes);
    }
  }

  private static void collectAll(Type[] types, Set<Class<?>> classes) {
    for (Type type : types) {
      collect(type, classes);
    }
  }
}
