package dev.backstop.core;

import dev.backstop.CacheSpec;
import java.util.stream.Stream;

/** Refuses entities as values. */
final class Entities {
  /** By its name: it need not be on the class path. */
  private static final String ENTITY = "jakarta.persistence.Entity";

  private Entities() {}

  static void refuseIn(CacheSpec<?, ?> spec) {
    for (Class<?> type : spec.valueType().classes()) {
      if (!spec.allowsEntities() && isEntity(type)) {
        throw new IllegalArgumentException(
            "valueType must not name an entity, was "
                + spec.valueType()
                + ": "
                + type.getName()
                + " belongs to the persistence context that loaded it, and what it loads lazily"
                + " fails, or is missing, in a cache. Cache a record of what is needed; or, if you"
                + " know what you do, set CacheSpec.entitiesAllowed()");
      }
    }
  }

  private static boolean isEntity(Class<?> type) {
    return Stream.<Class<?>>iterate(type, some -> some != null, Class::getSuperclass)
        .flatMap(some -> Stream.of(some.getDeclaredAnnotations()))
        .anyMatch(annotation -> annotation.annotationType().getName().equals(ENTITY));
  }
}
