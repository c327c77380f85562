package dev.backstop.examples.projectmanager;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the page of a task shows.
 *
 * @param number empty for a new one
 * @param back where one came from
 * @param employee whose page that is; empty if it is nobody's
 * @param form what is in the fields
 * @param about the task as it is now; null for a new one
 * @param faults why the form was not taken
 * @param stale whether somebody else has changed the task since the form was shown
 */
public record TaskPage(
    String number,
    String back,
    String employee,
    TaskForm form,
    @Nullable About about,
    List<String> faults,
    boolean stale,
    List<Employee> assignees,
    List<Employee> others) {

  public boolean fresh() {
    return number.isEmpty();
  }

  public boolean trouble() {
    return stale || !faults.isEmpty();
  }

  /** As it is in the database now. */
  public record About(
      String title,
      String estimate,
      String done,
      String parent,
      String project,
      String people,
      String edited,
      List<Part> parts) {}

  /** A task directly below. */
  public record Part(long id, String title, boolean done) {}
}
