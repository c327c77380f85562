package dev.backstop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GenericTypeTest {
  /** A subclass with a name, as somebody may keep one in a constant. */
  static final class Names extends GenericType<List<String>> {}

  /** Keeps the type for its own subclasses only. */
  abstract static class Lists<T> extends GenericType<List<T>> {}

  @Test
  void keepsTheGenericsOfTheTypeInPlace() {
    GenericType<Map<String, List<Integer>>> type = new GenericType<>() {};
    assertThat(type)
        .hasToString("java.util.Map<java.lang.String, java.util.List<java.lang.Integer>>");
    assertThat(type.type().getTypeName()).isEqualTo(type.toString());
  }

  @Test
  void typesAreEqualWhoeverCapturedThem() {
    GenericType<List<String>> here = new GenericType<>() {};
    GenericType<List<String>> there = new GenericType<>() {};
    assertThat(here).isEqualTo(there).hasSameHashCodeAs(there);
    assertThat(here).isEqualTo(new Names()).hasSameHashCodeAs(new Names());
    assertThat(here).isNotEqualTo(new GenericType<List<Integer>>() {});
    assertThat(here).isNotEqualTo(GenericType.of(List.class));
    assertThat(here).isNotEqualTo(here.type());
  }

  @Test
  void typeWithoutGenerics_isTheSameByClassAndInPlace() {
    assertThat(GenericType.of(String.class))
        .isEqualTo(new GenericType<String>() {})
        .hasToString("java.lang.String");
    assertThat(GenericType.of(String.class).type()).isSameAs(String.class);
  }

  @Test
  void ofNull_isRefused() {
    assertThatThrownBy(() -> GenericType.of(null))
        .isExactlyInstanceOf(NullPointerException.class)
        .hasMessage("type must not be null");
  }

  @Test
  @SuppressWarnings("rawtypes")
  void withoutItsTypeInPlace_isRefused() {
    assertThatThrownBy(() -> new GenericType() {})
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("new GenericType<List<Project>>() {}");
  }

  /** Erasure has taken the type away: what is left would decode everything to maps. */
  @Test
  void withATypeVariable_isRefused() {
    assertThatThrownBy(GenericTypeTest::<String>captured)
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("was dev.backstop.GenericType<java.util.List<T>>")
        .hasMessageContaining("new GenericType<List<Project>>() {}");
    assertThatThrownBy(() -> GenericTypeTest.<String>arrays())
        .isExactlyInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Lists<String>() {})
        .isExactlyInstanceOf(IllegalArgumentException.class);
  }

  private static <T> GenericType<List<T>> captured() {
    return new GenericType<>() {};
  }

  private static <T> GenericType<Map<String, ? extends T[]>> arrays() {
    return new GenericType<>() {};
  }

  @Test
  void wildcardsAndArrays_areTypesLikeOthers() {
    assertThat(new GenericType<List<? extends Number>[]>() {})
        .hasToString("java.util.List<? extends java.lang.Number>[]");
  }

  @Test
  void classes_areFoundInsideOfGenerics_bounds_andArrays() {
    assertThat(GenericType.of(String.class).classes()).containsExactly(String.class);
    assertThat(GenericType.of(Long[][].class).classes()).containsExactly(Long.class);
    assertThat(new GenericType<Map<String, List<? extends Long>[]>>() {}.classes())
        .containsExactly(Map.class, String.class, List.class, Long.class);
    assertThat(new GenericType<List<? super Long>>() {}.classes())
        .containsExactly(List.class, Object.class, Long.class);
    assertThat(new GenericType<List<?>>() {}.classes()).containsExactly(List.class, Object.class);
  }

  @Test
  void rawType_isTheClassWithoutItsGenerics() {
    assertThat(GenericType.of(int.class).rawType()).isEqualTo(int.class);
    assertThat(GenericType.of(Long[].class).rawType()).isEqualTo(Long[].class);
    assertThat(new GenericType<List<Long>>() {}.rawType()).isEqualTo(List.class);
    assertThat(new GenericType<List<Long>[]>() {}.rawType()).isEqualTo(List[].class);
  }
}
