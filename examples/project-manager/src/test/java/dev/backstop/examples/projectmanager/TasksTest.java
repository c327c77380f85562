package dev.backstop.examples.projectmanager;

import static dev.backstop.examples.projectmanager.TestCompany.form;
import static dev.backstop.examples.projectmanager.TestCompany.fresh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TasksTest {
  private static TestCompany company;

  private EntityManager em;
  private Tasks tasks;

  @BeforeAll
  static void open() {
    company = new TestCompany();
  }

  @AfterAll
  static void close() {
    company.close();
  }

  @BeforeEach
  void begin() {
    em = company.entityManager();
    tasks = company.tasks(em);
  }

  @AfterEach
  void end() {
    em.close();
  }

  @Test
  void aNewTaskIsAProjectOrPartOfOne() {
    long project = tasks.add(fresh("Bridge", "", Set.of("1")));
    long part = tasks.add(fresh("Pillar", "" + project, Set.of()));

    assertThat(task(project).project()).isEqualTo(project);
    assertThat(task(part).project()).isEqualTo(project);
    assertThat(task(part).parent()).isEqualTo(project);
    assertThat(task(project).assignees()).extracting(Employee::id).containsExactly(1L);
  }

  @Test
  void whoSavesSecondIsToldAndChangesNothing() {
    long id = tasks.add(fresh("Bridge", "", Set.of()));
    TaskForm mine = TaskForm.of(task(id));
    TaskForm theirs = new TaskForm("Tunnel", "2", false, "", Set.of("3"), mine.version());
    company.tasks(company.entityManager()).edit("" + id, theirs);

    assertThatExceptionOfType(StaleForm.class).isThrownBy(() -> tasks.edit("" + id, mine));
    assertThatExceptionOfType(StaleForm.class)
        .isThrownBy(() -> tasks.delete("" + id, mine.version()));
    assertThat(task(id).title()).isEqualTo("Tunnel");
  }

  @Test
  void whoCommitsSecondIsToldAsWell() {
    long id = tasks.add(fresh("Bridge", "", Set.of()));
    String version = "" + task(id).version();

    assertThatExceptionOfType(StaleForm.class)
        .isThrownBy(
            () ->
                Transactions.call(
                    em,
                    () -> {
                      Task seen = tasks.task("" + id);
                      company.tasks(company.entityManager()).complete("" + id, version);
                      seen.describe("Tunnel", 1);
                      return seen;
                    }));
    assertThat(task(id).title()).isEqualTo("Bridge");
    assertThat(task(id).isDone()).isTrue();
  }

  @Test
  void aReassignmentAloneIsANewVersion() {
    long id = tasks.add(fresh("Bridge", "", Set.of("1")));
    TaskForm before = TaskForm.of(task(id));
    TaskForm reassigned =
        new TaskForm(before.title(), before.estimate(), false, "", Set.of("2"), before.version());

    tasks.edit("" + id, reassigned);

    assertThat(TaskForm.of(task(id)).version()).isNotEqualTo(before.version());
    assertThat(task(id).assignees()).extracting(Employee::id).containsExactly(2L);
  }

  @Test
  void whatIsMovedTakesAllThatIsBelowItAlong() {
    long[] old = chain(4);
    long other = tasks.add(fresh("Other", "", Set.of()));

    move(old[1], "" + other);
    assertThat(projects(old)).containsExactly(old[0], other, other, other);
    move(old[2], "");
    assertThat(projects(old)).containsExactly(old[0], other, old[2], old[2]);
    assertThat(task(old[2]).parent()).isNull();
  }

  @Test
  void noCircleCloses() {
    long[] chain = chain(3);

    assertThatExceptionOfType(InvalidForm.class)
        .isThrownBy(() -> move(chain[0], "" + chain[2]))
        .withMessageContaining("Task " + chain[2] + " is a part of this task");
    assertThatExceptionOfType(InvalidForm.class)
        .isThrownBy(() -> move(chain[1], "" + chain[1]))
        .withMessageContaining("part of itself");
    assertThatExceptionOfType(InvalidForm.class)
        .isThrownBy(() -> move(chain[1], "999999999"))
        .withMessageContaining("no task number 999999999");
    assertThat(projects(chain)).containsOnly(chain[0]);
  }

  @Test
  void whatIsRefusedInTheEndSavesNothingOfTheRest() {
    long[] chain = chain(2);
    TaskForm seen = form(task(chain[0]), "" + chain[1]);
    TaskForm form = new TaskForm("Changed", "9", true, seen.parent(), Set.of(), seen.version());

    assertThatExceptionOfType(InvalidForm.class).isThrownBy(() -> tasks.edit("" + chain[0], form));
    assertThat(task(chain[0]).title()).isEqualTo("Link 0");
  }

  @Test
  void twoPeopleWhoMoveTwoTasksBelowEachOtherCloseNone() {
    for (int i = 0; i < 20; i++) {
      long a = tasks.add(fresh("A", "", Set.of()));
      long b = tasks.add(fresh("B", "", Set.of()));
      CyclicBarrier start = new CyclicBarrier(2);

      List<Throwable> refused =
          Stream.of(moving(a, b, start), moving(b, a, start)).map(CompletableFuture::join).toList();

      assertThat(refused).filteredOn(failure -> failure == null).as("pair " + i).hasSize(1);
    }
  }

  @Test
  void thePartsOfADeletedTaskMoveUp() {
    long[] chain = chain(4);

    tasks.delete("" + chain[1], "" + task(chain[1]).version());
    assertThat(task(chain[2]).parent()).isEqualTo(chain[0]);
    tasks.delete("" + chain[0], "" + task(chain[0]).version());
    assertThat(task(chain[2]).parent()).isNull();
    assertThat(projects(chain[2], chain[3])).containsOnly(chain[2]);
    assertThatExceptionOfType(Problem.class)
        .isThrownBy(() -> task(chain[0]))
        .withMessageContaining("no task number " + chain[0]);
  }

  @Test
  void whatIsInvalidSavesNothingAndSaysEverythingAtOnce() {
    long id = tasks.add(fresh("Bridge", "", Set.of()));
    TaskForm wrong =
        new TaskForm(" \u200b", "-1", true, "x", Set.of("201"), "" + task(id).version());

    assertThatExceptionOfType(InvalidForm.class)
        .isThrownBy(() -> tasks.edit("" + id, wrong))
        .satisfies(invalid -> assertThat(invalid.faults()).hasSize(4));
    assertThat(task(id).title()).isEqualTo("Bridge");
    assertThat(task(id).isDone()).isFalse();
  }

  private CompletableFuture<@Nullable Throwable> moving(long task, long to, CyclicBarrier start) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (EntityManager own = company.entityManager()) {
            Tasks tasks = company.tasks(own);
            TaskForm form = form(tasks.task("" + task), "" + to);
            return catchThrowable(
                () -> {
                  start.await();
                  tasks.edit("" + task, form);
                });
          }
        });
  }

  private long[] chain(int length) {
    long[] chain = new long[length];
    for (int i = 0; i < length; i++) {
      chain[i] = tasks.add(fresh("Link " + i, i == 0 ? "" : "" + chain[i - 1], Set.of()));
    }
    return chain;
  }

  private void move(long id, String parent) {
    tasks.edit("" + id, form(task(id), parent));
  }

  private List<Long> projects(long... ids) {
    return java.util.Arrays.stream(ids).mapToObj(id -> task(id).project()).toList();
  }

  private Task task(long id) {
    em.clear();
    return tasks.task("" + id);
  }
}
