package dev.backstop;

import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * That an entity changed.
 *
 * @param entity its name in Jakarta Persistence; of a hierarchy, that of its root
 * @param id its text; null if it is not known, and then any may be meant
 */
record ChangeNote(String entity, @Nullable String id) {
  /** As many characters as the column has. */
  private static final int LONGEST = 255;

  static ChangeNote of(Object entity) {
    return new ChangeNote(name(entity.getClass()), id(entity));
  }

  /** The name of an entity's type. */
  static String name(Class<?> type) {
    Class<?> root =
        hierarchy(type)
            .filter(each -> each.isAnnotationPresent(Entity.class))
            .reduce(type, (lower, upper) -> upper);
    Entity annotation = root.getAnnotation(Entity.class);
    return annotation == null || annotation.name().isEmpty()
        ? root.getSimpleName()
        : annotation.name();
  }

  /** Of one that Jakarta Persistence has no other way to tell without its own factory. */
  private static @Nullable String id(Object entity) {
    List<AccessibleObject> places = new ArrayList<>();
    hierarchy(entity.getClass())
        .flatMap(
            each ->
                Stream.concat(
                    Stream.of(each.getDeclaredFields()), Stream.of(each.getDeclaredMethods())))
        .filter(ChangeNote::isId)
        .forEach(places::add);
    if (places.size() != 1) { // mapped by XML, or of several parts
      return null;
    }
    try {
      String id = String.valueOf(value(places.get(0), entity));
      return id.length() > LONGEST ? null : id;
    } catch (ReflectiveOperationException | RuntimeException notOpenToUs) {
      return null;
    }
  }

  private static boolean isId(AccessibleObject place) {
    return place.isAnnotationPresent(Id.class) || place.isAnnotationPresent(EmbeddedId.class);
  }

  private static @Nullable Object value(AccessibleObject place, Object entity)
      throws ReflectiveOperationException {
    place.setAccessible(true);
    return place instanceof Field field ? field.get(entity) : ((Method) place).invoke(entity);
  }

  private static Stream<Class<?>> hierarchy(Class<?> type) {
    return Stream.iterate(type, each -> each != null, Class::getSuperclass);
  }

  @Override
  public String toString() {
    return id == null ? entity : entity + " " + id;
  }
}
