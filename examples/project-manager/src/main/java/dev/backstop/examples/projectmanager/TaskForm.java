package dev.backstop.examples.projectmanager;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wrote into the form of a task, as text, so that it can be shown again when it will
 * not do.
 *
 * @param assignees the numbers of employees
 * @param version which version of the task they saw
 */
public record TaskForm(
    String title,
    String estimate,
    boolean done,
    String parent,
    Set<String> assignees,
    String version) {
  private static final int LONGEST = 200;
  private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Z}]*");

  /** As somebody sees a task who has not changed anything yet. */
  static TaskForm of(Task task) {
    Long parent = task.parent();
    Set<String> assignees = new LinkedHashSet<>();
    task.assignees().forEach(employee -> assignees.add(Long.toString(employee.id())));
    return new TaskForm(
        task.title(),
        Integer.toString(task.estimate()),
        task.isDone(),
        parent == null ? "" : Long.toString(parent),
        assignees,
        Integer.toString(task.version()));
  }

  public TaskForm {
    title = title.replaceAll("\\p{Cc}+", " ").strip();
    estimate = estimate.strip();
    parent = parent.strip().replaceFirst("^#", "");
    assignees = new LinkedHashSet<>(assignees);
  }

  /** The same words, about the task as it is now. */
  TaskForm about(int newer) {
    return new TaskForm(title, estimate, done, parent, assignees, Integer.toString(newer));
  }

  boolean isFor(Employee employee) {
    return assignees.contains(Long.toString(employee.id()));
  }

  /** What it is to be a part of; null for a project. Only for a form without faults. */
  @Nullable Long parentNumber() {
    return parent.isEmpty() ? null : Long.valueOf(parent);
  }

  /** What is wrong with it, before anybody looks into the database. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    if (UNSEEN.matcher(title).matches()) {
      faults.add("A task needs a title.");
    }
    if (title.length() > LONGEST) {
      faults.add(
          "The title is " + title.length() + " characters long; " + LONGEST + " is the most.");
    }
    if (!estimate.matches("[0-9]{1,3}")) {
      faults.add("The estimate must be whole hours, from 0 to 999.");
    }
    if (!parent.isEmpty() && !Numbers.isNumber(parent)) {
      faults.add("“" + parent + "” is not the number of a task.");
    }
    return faults;
  }
}
