package dev.backstop.examples.projectmanager;

import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Puts tasks, and all that is below them, below others. */
final class Move {
  private static final int AT_ONCE = 500;

  private final EntityManager em;

  Move(EntityManager em) {
    this.em = em;
  }

  /**
   * The project of what is to be a parent, locked until the end of the transaction.
   *
   * @throws InvalidForm if there is no such task
   */
  long lockedProjectOf(long parent) {
    long project = projectOf(parent);
    lock(project);
    return stillIn(parent, project);
  }

  /**
   * @param parent null makes the task a project
   * @throws InvalidForm if there is no such parent, or if a circle would close
   */
  void move(Task task, @Nullable Long parent) {
    long from = task.project();
    long to = parent == null ? task.id() : projectOf(parent);
    lock(from, to); // two people who move two tasks below each other would close a circle
    if (parent != null) {
      stillIn(parent, to);
      refuseCircle(task.id(), parent);
    }
    task.moveTo(parent, to);
    if (from != to) {
      moveParts(List.of(task.id()), to);
    }
  }

  private long projectOf(long parent) {
    return em.createQuery("select t.project from Task t where t.id = :id", Long.class)
        .setParameter("id", parent)
        .getResultStream()
        .findFirst()
        .orElseThrow(() -> InvalidForm.because("There is no task number " + parent + "."));
  }

  private void lock(long... projects) {
    LongStream.of(projects)
        .sorted()
        .distinct()
        .forEach(project -> em.find(Task.class, project, LockModeType.PESSIMISTIC_WRITE));
  }

  private long stillIn(long parent, long project) {
    if (projectOf(parent) != project) {
      throw new StaleForm(); // moved while we waited for the lock
    }
    return project;
  }

  private void refuseCircle(long task, long parent) {
    if (parent == task) {
      throw InvalidForm.because("A task can't be a part of itself.");
    }
    for (Long at = parent; at != null; at = parentOf(at)) {
      if (at == task) {
        throw InvalidForm.because(
            "Task " + parent + " is a part of this task, which can't be a part of it as well.");
      }
    }
  }

  private @Nullable Long parentOf(long id) {
    return em.createQuery("select t.parent from Task t where t.id = :id", Long.class)
        .setParameter("id", id)
        .getSingleResult();
  }

  /** Level by level: the parts of these, and the parts of those. */
  private void moveParts(List<Long> level, long project) {
    List<Long> parts = new ArrayList<>();
    for (int i = 0; i < level.size(); i += AT_ONCE) {
      List<Long> some = level.subList(i, Math.min(level.size(), i + AT_ONCE));
      parts.addAll(
          em.createQuery("select t.id from Task t where t.parent in :tasks", Long.class)
              .setParameter("tasks", some)
              .getResultList());
      em.createQuery(
              "update Task t set t.project = :project, t.version = t.version + 1"
                  + " where t.parent in :tasks")
          .setParameter("project", project)
          .setParameter("tasks", some)
          .executeUpdate();
    }
    if (!parts.isEmpty()) {
      moveParts(parts, project);
    }
  }
}
