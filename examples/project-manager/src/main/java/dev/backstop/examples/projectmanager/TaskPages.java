package dev.backstop.examples.projectmanager;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the page of a task: as it is, or as somebody wanted it and could not have it. */
@Dependent
class TaskPages {
  @Inject Tasks tasks;
  @Inject Employees employees;

  TaskPage fresh(String employee, TaskForm form, List<String> faults) {
    return page("", employee, form, null, faults, false);
  }

  TaskPage shown(String number, String employee) {
    Task task = tasks.task(number);
    return page(number, employee, TaskForm.of(task), about(task), List.of(), false);
  }

  TaskPage invalid(String number, String employee, TaskForm form, List<String> faults) {
    return page(number, employee, form, about(tasks.task(number)), faults, false);
  }

  /** Saving it once more takes what the form says: they have seen the other now. */
  TaskPage stale(String number, String employee, TaskForm form) {
    Task task = tasks.task(number);
    return page(number, employee, form.about(task.version()), about(task), List.of(), true);
  }

  /** For those who wanted to complete or delete what is not what they saw any more. */
  TaskPage changed(String number, String employee) {
    Task task = tasks.task(number);
    return page(
        number,
        employee,
        TaskForm.of(task),
        about(task),
        List.of("Somebody else has changed this task meanwhile. This is how it is now."),
        false);
  }

  /** The page of the employee, or of all if there is none. */
  String back(String employee) {
    return employees.find(employee) == null ? "/" : "/employees/" + employee;
  }

  private TaskPage page(
      String number,
      String employee,
      TaskForm form,
      TaskPage.@Nullable About about,
      List<String> faults,
      boolean stale) {
    boolean known = employees.find(employee) != null;
    List<Employee> all = employees.all();
    return new TaskPage(
        number,
        back(employee),
        known ? employee : "",
        form,
        about,
        faults,
        stale,
        all.stream().filter(form::isFor).toList(),
        all.stream().filter(e -> !form.isFor(e)).toList());
  }

  private TaskPage.About about(Task task) {
    Long parent = task.parent();
    OffsetDateTime edited = task.edited();
    return new TaskPage.About(
        task.title(),
        Words.count(task.estimate(), "hour", "hours"),
        task.isDone() ? "done" : "open",
        parent == null ? "a project of its own" : "part of " + named(parent),
        parent == null ? "" : named(task.project()),
        task.assignees().isEmpty()
            ? "nobody"
            : task.assignees().stream().map(Employee::name).collect(Collectors.joining(", ")),
        edited == null ? "" : Words.age(edited.toInstant(), Instant.now()),
        tasks.parts(task).stream()
            .map(part -> new TaskPage.Part(part.id(), part.title(), part.isDone()))
            .toList());
  }

  private String named(long number) {
    return "#" + number + " " + tasks.task(Long.toString(number)).title();
  }
}
