package dev.backstop.examples.projectmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.backstop.examples.projectmanager.Project.MyTask;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GatheringTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  private final List<TaskRow> rows = new ArrayList<>();

  @Test
  void aTreeIsAProjectWithTheTasksOfEverybodyCounted() {
    task(1, null, 1, 10, false);
    task(2, 1L, 1, 5, true);
    task(3, 2L, 1, 3, true);
    task(4, 1L, 1, 2, false);

    assertThat(gather(4L))
        .singleElement()
        .satisfies(
            project -> {
              assertThat(project.title()).isEqualTo("task 1");
              assertThat(project.tasks()).isEqualTo(4);
              assertThat(project.done()).isEqualTo(2);
              assertThat(project.hours()).isEqualTo(20);
              assertThat(project.hoursLeft()).isEqualTo(12);
              assertThat(project.percent()).isEqualTo(50);
            });
  }

  @Test
  void myTasksAreTheOpenOnesWithWhereTheyAreAndWhatIsOpenBelow() {
    task(1, null, 1, 1, false);
    task(2, 1L, 1, 1, false);
    task(3, 2L, 1, 1, false);
    task(4, 3L, 1, 1, false);
    task(5, 3L, 1, 1, true);

    assertThat(gather(1L, 3L, 4L, 5L).get(0).mine())
        .extracting(MyTask::id, MyTask::partOf, MyTask::openParts)
        .containsExactly(
            tuple(1L, List.of(), 3),
            tuple(3L, List.of("task 2"), 1),
            tuple(4L, List.of("task 2", "task 3"), 0));
  }

  @Test
  void whatIsCompletedFirstStandsFirstAndWhatIsCompleteLast() {
    task(1, null, 1, 1, true);
    task(10, null, 10, 1, false);
    task(20, null, 20, 10, false);
    task(21, 20L, 20, 10, true);
    task(30, null, 30, 1, false);
    task(31, 30L, 30, 10, true);

    assertThat(gather()).extracting(Project::id).containsExactly(30L, 20L, 10L, 1L);
  }

  @Test
  void aHundredPerCentIsSaidOfWhatIsCompleteOnly() {
    task(1, null, 1, 1, false);
    for (int i = 2; i <= 1000; i++) {
      task(i, 1L, 1, 1, true);
    }

    assertThat(gather())
        .extracting(Project::percent, Project::complete)
        .containsExactly(tuple(99, false));
  }

  @Test
  void aChainOfTenThousandTasksIsGathered() {
    task(1, null, 1, 1, false);
    for (long i = 2; i <= 10_000; i++) {
      task(i, i - 1, 1, 1, i < 10_000);
    }

    assertThat(gather(10_000L).get(0).mine())
        .extracting(MyTask::partOf)
        .containsExactly(List.of("task 9996", "task 9997", "task 9998", "task 9999"));
  }

  @Test
  void whatIsLeftTakesAsLongPerHourAsWhatIsDone() {
    assertThat(in(100, 40, 10)).isEqualTo(LocalDate.parse("2026-12-26")); // 100 / 30 * 10 days
    assertThat(in(0, 2, 1)).isEqualTo(LocalDate.parse("2026-11-23")); // begun today
  }

  @Test
  void thereIsNoForecastWithoutAPaceOrPastAMillenniumOrOfWhatIsComplete() {
    assertThat(in(100, 10, 10)).isNull();
    assertThat(in(100, 10, 0)).isNull();
    assertThat(in(3000, 50_000, 49_999)).isNull();
  }

  private static @Nullable LocalDate in(int daysSoFar, int hours, int hoursLeft) {
    return Forecast.completion(NOW.minus(Duration.ofDays(daysSoFar)), NOW, hours, hoursLeft);
  }

  private void task(long id, @Nullable Long parent, long project, int estimate, boolean done) {
    Instant created = NOW.minus(Duration.ofDays(10));
    rows.add(new TaskRow(id, parent, project, "task " + id, estimate, done, 0, created));
  }

  private List<Project> gather(Long... mine) {
    return Gathering.projects(rows, Set.of(mine), NOW);
  }
}
