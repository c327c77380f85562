package dev.backstop;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A type with its generics kept, for values that a {@code Class} can't name: {@code new
 * GenericType<List<Project>>() {}}.
 *
 * <p>Source of the idea: Neal Gafter's super type tokens, 2006.
 *
 * @param <T> the type
 */
public abstract class GenericType<T> {
  private final Type type;

  /**
   * Captures {@code T} from the subclass that is written at the point of use.
   *
   * @throws IllegalArgumentException if it is not written there, or has type variables, of which
   *     nothing is left at run time
   */
  protected GenericType() {
    Type superclass = getClass().getGenericSuperclass();
    if (!(superclass instanceof ParameterizedType parameterized)
        || parameterized.getRawType() != GenericType.class
        || hasVariable(parameterized)) {
      throw new IllegalArgumentException(
          "GenericType needs its type in place, as in new GenericType<List<Project>>() {}, was "
              + superclass.getTypeName());
    }
    this.type = parameterized.getActualTypeArguments()[0];
  }

  private static boolean hasVariable(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      return Arrays.stream(parameterized.getActualTypeArguments())
          .anyMatch(GenericType::hasVariable);
    }
    if (type instanceof GenericArrayType array) {
      return hasVariable(array.getGenericComponentType());
    }
    if (type instanceof WildcardType wildcard) {
      return Stream.of(wildcard.getUpperBounds(), wildcard.getLowerBounds())
          .flatMap(Arrays::stream)
          .anyMatch(GenericType::hasVariable);
    }
    return type instanceof TypeVariable;
  }

  private GenericType(Type type) {
    this.type = type;
  }

  /** The same for a type without generics. */
  public static <T> GenericType<T> of(Class<T> type) {
    return new GenericType<>(Checks.notNull("type", type)) {};
  }

  /**
   * The same for a type that reflection gave.
   *
   * @throws IllegalArgumentException if it has type variables
   */
  public static GenericType<?> of(Type type) {
    if (hasVariable(Checks.notNull("type", type))) {
      throw new IllegalArgumentException("type must have no type variables, was " + type);
    }
    return new GenericType<>(type) {};
  }

  /** The captured type. */
  public final Type type() {
    return type;
  }

  /** Its class, without the generics. */
  @SuppressWarnings("unchecked") // it is the class of T
  public final Class<? super T> rawType() {
    return (Class<? super T>) Types.raw(type);
  }

  /**
   * Every class that the type names, its own first: those of its arguments, their bounds, and the
   * components of arrays. What is inside these classes is not looked into.
   */
  public final Set<Class<?>> classes() {
    return Types.classes(type);
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof GenericType<?> that && type.equals(that.type);
  }

  @Override
  public final int hashCode() {
    return Objects.hash(type);
  }

  @Override
  public final String toString() {
    return Types.name(type); // not every implementation of Type has the name of the JDK's
  }
}
