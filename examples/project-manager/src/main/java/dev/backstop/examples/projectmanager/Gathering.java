package dev.backstop.examples.projectmanager;

import dev.backstop.examples.projectmanager.Project.MyTask;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Gathers the tasks of one project, and counts what is done and what is left. */
final class Gathering {
  private static final int NEAREST = 4;

  /** What is left first, the next to be completed at the top; then what is complete. */
  private static final Comparator<Project> ORDER =
      Comparator.comparing(Project::complete)
          .thenComparing(Project::completion, Comparator.nullsLast(Comparator.naturalOrder()))
          .thenComparing(Project::title)
          .thenComparing(Project::id);

  private final Map<Long, TaskRow> tasks = new LinkedHashMap<>();
  private final Map<Long, Integer> openParts = new HashMap<>();

  private Gathering(List<TaskRow> rows) {
    rows.forEach(row -> tasks.put(row.id(), row));
    rows.stream().filter(row -> !row.done()).forEach(this::countAbove);
  }

  /**
   * The projects that these tasks make up.
   *
   * @param rows all tasks of each project
   * @param mine the numbers of those that are assigned to the employee
   */
  static List<Project> projects(List<TaskRow> rows, Set<Long> mine, Instant now) {
    return rows.stream().collect(Collectors.groupingBy(TaskRow::project)).entrySet().stream()
        .map(project -> new Gathering(project.getValue()).project(project.getKey(), mine, now))
        .sorted(ORDER)
        .toList();
  }

  private Project project(long root, Set<Long> mine, Instant now) {
    TaskRow project = above(root);
    List<TaskRow> open = tasks.values().stream().filter(task -> !task.done()).toList();
    int hours = tasks.values().stream().mapToInt(TaskRow::estimate).sum();
    int hoursLeft = open.stream().mapToInt(TaskRow::estimate).sum();
    return new Project(
        root,
        project.title(),
        tasks.size(),
        tasks.size() - open.size(),
        hours,
        hoursLeft,
        Forecast.completion(project.created(), now, hours, hoursLeft),
        open.stream().filter(task -> mine.contains(task.id())).map(this::myTask).toList());
  }

  private TaskRow above(long id) {
    TaskRow task = tasks.get(id);
    if (task == null) {
      throw new IllegalStateException("Task " + id + " is not in the project that names it");
    }
    return task;
  }

  private void countAbove(TaskRow open) {
    for (Long at = open.parent(); at != null; at = above(at).parent()) {
      openParts.merge(at, 1, Integer::sum);
    }
  }

  private MyTask myTask(TaskRow task) {
    Deque<String> partOf = new ArrayDeque<>();
    for (Long at = task.parent(); at != null && partOf.size() < NEAREST; at = above(at).parent()) {
      if (above(at).parent() != null) {
        partOf.addFirst(above(at).title());
      }
    }
    return new MyTask(
        task.id(),
        task.title(),
        List.copyOf(partOf),
        task.estimate(),
        openParts.getOrDefault(task.id(), 0),
        task.version());
  }
}
