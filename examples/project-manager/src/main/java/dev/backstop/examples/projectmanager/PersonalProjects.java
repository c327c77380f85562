package dev.backstop.examples.projectmanager;

import dev.backstop.BackedCache;
import dev.backstop.Changes;
import dev.backstop.Entry;
import dev.backstop.Policy;
import dev.backstop.cdi.CacheName;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** The projects of an employee: slow to gather, and kept until one of their tasks changes. */
@Dependent
class PersonalProjects {
  @Inject
  @CacheName("personal-projects")
  BackedCache<Long, List<Project>> projects;

  @Inject @OfCompany EntityManager em;
  @Inject SourceSwitch source;

  /** With where they came from, and of when they are. */
  Entry<List<Project>> personalProjects(Employee employee) {
    // for a long time (one day): if anything changes, they are gathered again anyway
    return projects.entry(
        employee.id(),
        () -> buildProjects(employee),
        Policy.ttl(Duration.ofDays(1))
            .changedSince(
                Changes.jpql(
                    em,
                    "select t.id from Task t where t.project in :theirs and t.edited >= :stamp",
                    Map.of("theirs", projectsOf(employee))))
            .fingerprint(() -> countAndVersions(employee)));
  }

  /** Reads every task of every project that the employee has a task in. */
  private List<Project> buildProjects(Employee employee) {
    source.requireProjects();
    List<TaskRow> tasks =
        em.createQuery(
                "select t.id, t.parent, t.project, t.title, t.estimate, t.done, t.version, t.created"
                    + " from Task t where t.project in :theirs order by t.id",
                Object[].class)
            .setParameter("theirs", projectsOf(employee))
            .getResultStream()
            .map(PersonalProjects::row)
            .toList();
    List<Long> mine =
        em.createQuery(
                "select t.id from Task t join t.assignees e where e.id = :employee", Long.class)
            .setParameter("employee", employee.id())
            .getResultList();
    return Gathering.projects(tasks, new HashSet<>(mine), Instant.now());
  }

  private static TaskRow row(Object[] row) {
    return new TaskRow(
        (Long) row[0],
        (Long) row[1],
        (Long) row[2],
        (String) row[3],
        (Integer) row[4],
        (Boolean) row[5],
        (Integer) row[6],
        ((OffsetDateTime) row[7]).toInstant());
  }

  private List<Long> projectsOf(Employee employee) {
    List<Long> theirs =
        em.createQuery(
                "select distinct t.project from Task t join t.assignees e where e.id = :employee",
                Long.class)
            .setParameter("employee", employee.id())
            .getResultList();
    // an empty list is no SQL, and no project has the number 0
    return theirs.isEmpty() ? List.of(0L) : theirs;
  }

  /** Sees what {@code edited} can't tell: tasks that were deleted, or belong to others now. */
  private Object[] countAndVersions(Employee employee) {
    return em.createQuery(
            "select count(t), sum(t.version), max(t.id) from Task t where t.project in :theirs",
            Object[].class)
        .setParameter("theirs", projectsOf(employee))
        .getSingleResult();
  }
}
