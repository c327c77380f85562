package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.GenericType;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a persistence context manages is no value, unless somebody insists. */
class EntitiesTest extends Fixture {
  @Entity
  public static class Task {
    @Id public long id;
  }

  /** As a proxy is. */
  public static class TaskProxy extends Task {}

  /** Only named like one. */
  @Retention(RetentionPolicy.RUNTIME)
  @interface Entities {}

  @Entities
  record TaskView(long id) {}

  @Test
  void anEntity_isRefusedWhereverTheTypeNamesIt() {
    Backstop backstop = open();
    for (GenericType<?> type :
        List.of(
            GenericType.of(Task.class),
            GenericType.of(TaskProxy.class),
            GenericType.of(Task[][].class),
            new GenericType<List<Task>>() {},
            new GenericType<Map<String, List<Task>[]>>() {},
            new GenericType<Map<Task, String>>() {},
            new GenericType<Optional<? extends Task>>() {})) {
      assertThatThrownBy(() -> backstop.cache(CacheSpec.of("tasks", String.class, type)))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("valueType must not name an entity, was " + type)
          .hasMessageContaining("belongs to the persistence context")
          .hasMessageContaining("Cache a record of what is needed")
          .hasMessageContaining("CacheSpec.entitiesAllowed()");
    }
    backstop.cache(CacheSpec.of("tasks", String.class, TaskView.class)); // nothing was made before
  }

  @Test
  void anEntity_isCachedByPermission() throws Exception {
    BackedCache<String, List<Task>> cache =
        open()
            .cache(
                CacheSpec.of("tasks", String.class, new GenericType<List<Task>>() {})
                    .entitiesAllowed());
    Task task = new Task();
    assertThat(cache.get("k", () -> List.of(task))).containsExactly(task);
  }
}
