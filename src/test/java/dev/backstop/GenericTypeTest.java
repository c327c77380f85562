package dev.backstop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which classes a type names. */
class GenericTypeTest {
  private static <T extends Comparable<T>> GenericType<List<T>> ofVariable() {
    return new GenericType<>() {};
  }

  private static <T extends Comparable<T>> GenericType<T> variable() {
    return new GenericType<>() {};
  }

  @Test
  void classes_areFoundInsideOfGenerics_bounds_andArrays() {
    assertThat(GenericType.of(String.class).classes()).containsExactly(String.class);
    assertThat(GenericType.of(Long[][].class).classes()).containsExactly(Long.class);
    assertThat(new GenericType<Map<String, List<? extends Long>[]>>() {}.classes())
        .containsExactly(Map.class, String.class, List.class, Long.class);
    assertThat(new GenericType<Optional<? super Long>>() {}.classes())
        .containsExactly(Optional.class, Long.class);
    assertThat(new GenericType<List<?>>() {}.classes()).containsExactly(List.class, Object.class);
    assertThat(ofVariable().classes()).containsExactly(List.class, Comparable.class);
  }

  @Test
  void rawType_isTheClassWithoutItsGenerics() {
    assertThat(GenericType.of(int.class).rawType()).isEqualTo(int.class);
    assertThat(GenericType.of(Long[].class).rawType()).isEqualTo(Long[].class);
    assertThat(new GenericType<List<Long>>() {}.rawType()).isEqualTo(List.class);
    assertThat(new GenericType<List<Long>[]>() {}.rawType()).isEqualTo(List[].class);
    assertThat(variable().rawType()).isEqualTo(Comparable.class);
  }
}
