package dev.backstop.examples.projectmanager;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.JoinTable;
import jakarta.persistence.ManyToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something to do, which may be a part of another task. Only its numbers tell of its parent and its
 * project, so that none of them is loaded with it.
 */
@Entity
@Table(name = "task")
class Task {
  @Id
  @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "task")
  @SequenceGenerator(name = "task", sequenceName = "task_number", allocationSize = 1)
  private @Nullable Long id;

  private String title = "";

  @Column(name = "parent_id")
  private @Nullable Long parent;

  @Column(name = "project_id")
  private @Nullable Long project;

  private int estimate;
  private boolean done;
  @Version private int version;

  /** The database sets both, and changes the second with every update. */
  @Column(insertable = false, updatable = false)
  private @Nullable OffsetDateTime created;

  @Column(insertable = false, updatable = false)
  private @Nullable OffsetDateTime edited;

  @ManyToMany
  @JoinTable(
      name = "task_assignee",
      joinColumns = @JoinColumn(name = "task_id"),
      inverseJoinColumns = @JoinColumn(name = "employee_id"))
  @OrderBy("name")
  private List<Employee> assignees = new ArrayList<>();

  long id() {
    return id == null ? 0 : id;
  }

  String title() {
    return title;
  }

  /** The task that it is a part of; null in a project. */
  @Nullable Long parent() {
    return parent;
  }

  /** The root of the tree that it is in; a project is its own. */
  long project() {
    return project == null ? 0 : project;
  }

  /** In hours. */
  int estimate() {
    return estimate;
  }

  boolean isDone() {
    return done;
  }

  int version() {
    return version;
  }

  @Nullable OffsetDateTime edited() {
    return edited;
  }

  List<Employee> assignees() {
    return List.copyOf(assignees);
  }

  void describe(String title, int estimate) {
    this.title = title;
    this.estimate = estimate;
  }

  void complete(boolean done) {
    this.done = done;
  }

  void assignTo(Collection<Employee> people) {
    assignees.clear();
    assignees.addAll(people);
  }

  void moveTo(@Nullable Long parent, long project) {
    this.parent = parent;
    this.project = project;
  }
}
