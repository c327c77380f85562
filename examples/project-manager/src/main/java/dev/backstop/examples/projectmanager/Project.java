package dev.backstop.examples.projectmanager;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One project as one employee sees it: what Backstop caches, and what a backup holds as JSON.
 *
 * @param tasks of the whole project, and how many of them are done
 * @param hours that all of its tasks are estimated at, and those of them that are left
 * @param completion when it will be complete at its pace so far; null if that can't be told
 * @param mine the open tasks that are assigned to the employee
 */
public record Project(
    long id,
    String title,
    int tasks,
    int done,
    int hours,
    int hoursLeft,
    @Nullable LocalDate completion,
    List<MyTask> mine) {
  public Project {
    mine = List.copyOf(mine);
  }

  /** The share that is done, from 0 to 100; 100 only if nothing is left. */
  public int percent() {
    return done * 100 / tasks;
  }

  /** Whether nothing is left to do. */
  public boolean complete() {
    return done == tasks;
  }

  /**
   * An open task of the employee.
   *
   * @param partOf the titles of the tasks above it, the nearest last, without the project's
   * @param openParts how many tasks below it are open
   */
  public record MyTask(
      long id, String title, List<String> partOf, int estimate, int openParts, int version) {
    public MyTask {
      partOf = List.copyOf(partOf);
    }
  }
}
