package dev.backstop.examples.projectmanager;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * A project as a card on the page.
 *
 * @param tasks the employee's own that are shown
 * @param more how many there are beside them
 */
public record Card(Project project, List<Project.MyTask> tasks, int more) {
  private static final int SHOWN = 6;

  static Card of(Project project, boolean whole) {
    int shown = whole ? project.mine().size() : Math.min(SHOWN, project.mine().size());
    return new Card(project, project.mine().subList(0, shown), project.mine().size() - shown);
  }

  public String progress() {
    return Words.number(project.done())
        + " of "
        + Words.count(project.tasks(), "task", "tasks")
        + " done";
  }

  public String left() {
    return Words.count(project.hoursLeft(), "hour", "hours") + " left";
  }

  /** The estimated time of completion, or why there is none. */
  public String completion() {
    LocalDate day = project.completion();
    if (day != null) {
      return Words.day(day);
    }
    if (project.complete()) {
      return "complete";
    }
    return project.hours() == project.hoursLeft() ? "no pace yet" : "never at this pace";
  }

  /** Where one of the tasks is, and what it takes. */
  public String place(Project.MyTask task) {
    List<String> words = new ArrayList<>();
    words.add("#" + task.id());
    words.add(Words.count(task.estimate(), "hour", "hours"));
    if (task.openParts() > 0) {
      words.add(Words.count(task.openParts(), "open part", "open parts"));
    }
    if (!task.partOf().isEmpty()) {
      words.add("in " + String.join(" › ", task.partOf()));
    }
    return String.join(" · ", words);
  }

  /** What the employee has to do with it. */
  public String mine() {
    int mine = project.mine().size();
    return mine == 0
        ? "Nothing left for you here"
        : Words.count(mine, "task", "tasks") + " for you";
  }
}
