package dev.backstop.codec;

import java.io.InvalidClassException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The classes that may be in a blob, by name: a class that is not listed is not even loaded.
 *
 * @param classes names of classes
 * @param packages names of packages; those below them are not meant
 */
record AllowList(Set<String> classes, Set<String> packages) {
  /**
   * Classes of the JDK that do nothing, when they are read, beyond what their elements do: those
   * are checked, too. {@code CollSer} is what {@code List.of}, {@code Set.of} and {@code Map.of}
   * are written as; what it is replaced by when it is read is checked as well.
   */
  static final AllowList JDK =
      new AllowList(
          Set.of(
              "java.lang.Object", // as the component of an array, as are the interfaces below
              "java.lang.Boolean",
              "java.lang.Byte",
              "java.lang.Character",
              "java.lang.Double",
              "java.lang.Enum",
              "java.lang.Float",
              "java.lang.Integer",
              "java.lang.Long",
              "java.lang.Number",
              "java.lang.Short",
              "java.lang.String",
              "java.math.BigDecimal",
              "java.math.BigInteger",
              "java.net.URI",
              "java.util.AbstractMap$SimpleEntry",
              "java.util.AbstractMap$SimpleImmutableEntry",
              "java.util.ArrayDeque",
              "java.util.ArrayList",
              "java.util.Arrays$ArrayList",
              "java.util.CollSer",
              "java.util.Collection",
              "java.util.Collections$EmptyList",
              "java.util.Collections$EmptyMap",
              "java.util.Collections$EmptySet",
              "java.util.Collections$SingletonList",
              "java.util.Collections$SingletonMap",
              "java.util.Collections$SingletonSet",
              "java.util.Collections$UnmodifiableCollection",
              "java.util.Collections$UnmodifiableList",
              "java.util.Collections$UnmodifiableMap",
              "java.util.Collections$UnmodifiableRandomAccessList",
              "java.util.Collections$UnmodifiableSet",
              "java.util.Collections$UnmodifiableSortedMap",
              "java.util.Collections$UnmodifiableSortedSet",
              "java.util.Currency",
              "java.util.Date",
              "java.util.EnumMap",
              "java.util.EnumSet$SerializationProxy",
              "java.util.HashMap",
              "java.util.HashSet",
              "java.util.ImmutableCollections$List12",
              "java.util.ImmutableCollections$ListN",
              "java.util.ImmutableCollections$Map1",
              "java.util.ImmutableCollections$MapN",
              "java.util.ImmutableCollections$Set12",
              "java.util.ImmutableCollections$SetN",
              "java.util.JumboEnumSet",
              "java.util.LinkedHashMap",
              "java.util.LinkedHashSet",
              "java.util.LinkedList",
              "java.util.List",
              "java.util.Locale",
              "java.util.Map",
              "java.util.Map$Entry",
              "java.util.RegularEnumSet",
              "java.util.Set",
              "java.util.TreeMap",
              "java.util.TreeSet",
              "java.util.UUID"),
          Set.of("java.time"));

  AllowList with(AllowList more) {
    return new AllowList(both(classes, more.classes), both(packages, more.packages));
  }

  private static Set<String> both(Set<String> some, Set<String> more) {
    return Stream.concat(some.stream(), more.stream()).collect(Collectors.toUnmodifiableSet());
  }

  /** Lets a class pass by its {@link Class#getName()}, or refuses it and says so. */
  void check(String className) throws InvalidClassException {
    String element = className.substring(className.lastIndexOf('[') + 1);
    boolean isArray = element.length() < className.length();
    if (isArray && element.length() == 1) {
      return; // of primitives
    }
    String name = isArray ? element.substring(1, element.length() - 1) : element;
    int packageEnd = Math.max(0, name.lastIndexOf('.'));
    if (!classes.contains(name) && !packages.contains(name.substring(0, packageEnd))) {
      throw new InvalidClassException(name, "is not on the allow-list of the codec");
    }
  }
}
