package dev.backstop.examples.projectmanager;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What one can do with tasks. Every change is one transaction. */
@Dependent
class Tasks {
  @Inject @OfCompany EntityManager em;
  @Inject Employees employees;

  Task task(String number) {
    Task task = Numbers.isNumber(number) ? em.find(Task.class, Long.valueOf(number)) : null;
    if (task == null) {
      throw Problem.noTask(number);
    }
    return task;
  }

  /** The tasks that are directly below. */
  List<Task> parts(Task task) {
    return em.createQuery("select t from Task t where t.parent = :task order by t.id", Task.class)
        .setParameter("task", task.id())
        .getResultList();
  }

  /** A new task, which is a project unless it has a parent. */
  long add(TaskForm form) {
    return Transactions.call(
        em,
        () -> {
          Task task = new Task();
          write(task, form);
          Long parent = form.parentNumber();
          if (parent != null) {
            task.moveTo(parent, new Move(em).lockedProjectOf(parent));
          }
          em.persist(task); // gives it its number
          if (parent == null) {
            task.moveTo(null, task.id());
          }
          return task.id();
        });
  }

  /**
   * @throws InvalidForm if it can't be, with all the reasons
   * @throws StaleForm if somebody else has changed the task since this form was shown
   */
  void edit(String number, TaskForm form) {
    change(
        number,
        form.version(),
        task -> {
          em.lock(task, LockModeType.OPTIMISTIC_FORCE_INCREMENT); // for its assignees, too
          write(task, form);
          if (!Objects.equals(form.parentNumber(), task.parent())) {
            new Move(em).move(task, form.parentNumber());
          }
        });
  }

  void complete(String number, String version) {
    change(number, version, task -> task.complete(true));
  }

  /** Its parts become parts of what it was a part of, or projects if it was one. */
  void delete(String number, String version) {
    change(
        number,
        version,
        task -> {
          for (Task part : parts(task)) {
            new Move(em).move(part, task.parent());
          }
          em.flush();
          em.remove(task);
        });
  }

  private void change(String number, String version, TaskChange change) {
    Transactions.call(
        em,
        () -> {
          Task task = task(number);
          if (!Integer.toString(task.version()).equals(version)) {
            throw new StaleForm();
          }
          change.on(task);
          return task;
        });
  }

  private interface TaskChange {
    void on(Task task);
  }

  private void write(Task task, TaskForm form) {
    List<String> faults = new ArrayList<>(form.faults());
    List<Employee> assignees = new ArrayList<>();
    for (String number : form.assignees()) {
      Employee employee = employees.find(number);
      if (employee == null) {
        faults.add(Problem.noEmployee(number).getMessage());
      } else {
        assignees.add(employee);
      }
    }
    if (!faults.isEmpty()) {
      throw new InvalidForm(faults);
    }
    task.describe(form.title(), Integer.parseInt(form.estimate()));
    task.complete(form.done());
    task.assignTo(assignees);
  }
}
