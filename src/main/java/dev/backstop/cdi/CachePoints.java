package dev.backstop.cdi;

import jakarta.enterprise.inject.Default;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The caches that an application uses, or whose specs it produces, and what is wrong there. */
final class CachePoints {
  private final Map<String, CachePoint> byName = new TreeMap<>();
  private final Set<String> specified = new HashSet<>();
  private final List<String> unnamed = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /** A cache is injected there. */
  void injected(Set<Annotation> qualifiers, Type type, String where) {
    name(qualifiers).ifPresent(name -> add(name, type, where));
    if (qualifiers.contains(Default.Literal.INSTANCE)) { // and not @Any, which looks up by name
      unnamed.add(where);
    }
  }

  /** A spec is produced there. */
  void specified(Set<Annotation> qualifiers, Type type, String where) {
    name(qualifiers)
        .ifPresent(
            name -> {
              specified.add(name);
              add(name, type, where);
            });
  }

  private static Optional<String> name(Set<Annotation> qualifiers) {
    return qualifiers.stream()
        .filter(CacheName.class::isInstance)
        .map(qualifier -> ((CacheName) qualifier).value())
        .findFirst();
  }

  private void add(String name, Type type, String where) {
    try {
      add(CachePoint.of(name, type, where));
    } catch (IllegalArgumentException wrong) {
      problems.add(wrong.getMessage());
    }
  }

  /** A cache is used there. */
  void add(CachePoint point) {
    CachePoint other = byName.putIfAbsent(point.name(), point);
    if (other != null && !other.hasTypesOf(point)) {
      problems.add(
          "The cache %s has two types: %s at %s, and %s at %s. Give one of them another name"
              .formatted(point.name(), other.types(), other.where(), point.types(), point.where()));
    }
  }

  boolean isSpecified(String name) {
    return specified.contains(name);
  }

  Collection<CachePoint> all() {
    return byName.values();
  }

  Set<String> names() {
    return byName.keySet();
  }

  /**
   * What is wrong.
   *
   * @param areProduced whether the application produces caches that need no name
   */
  List<String> problems(boolean areProduced) {
    List<String> all = new ArrayList<>(problems);
    if (!areProduced) {
      unnamed.forEach(where -> all.add(CachePoint.wrong(where, "needs a name").getMessage()));
    }
    return all;
  }
}
