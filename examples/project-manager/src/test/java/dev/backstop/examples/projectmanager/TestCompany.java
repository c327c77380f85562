package dev.backstop.examples.projectmanager;

import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Entry;
import dev.backstop.GenericType;
import dev.backstop.examples.feedreader.Feed;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import net.ttddyy.dsproxy.QueryCountHolder;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;

/** The real company in an H2 of its own, without a server. */
final class TestCompany implements AutoCloseable {
  private final String name = UUID.randomUUID().toString();
  private final HikariDataSource pool;
  private final EntityManagerFactory factory;
  private final Backstop backstop;
  private final BackedCache<Long, List<Project>> cache;
  private final BackedCache<String, Feed> feeds;
  private final NewsServer news = new NewsServer();

  TestCompany() {
    DatabaseUrl url = DatabaseUrl.beside("jdbc:h2:mem:" + name + "/backups");
    pool = Company.pool("company", url);
    Company.migrate(pool, url);
    factory = CompanyUnit.open(ProxyDataSourceBuilder.create(pool).countQuery().build());
    backstop = Backstop.builder().jdbcUrl("jdbc:h2:mem:" + name + "-backups").build();
    cache =
        backstop.cache(
            CacheSpec.of("personal-projects", Long.class, new GenericType<List<Project>>() {}));
    feeds = backstop.cache(CacheSpec.of("news", String.class, Feed.class));
    news.open();
  }

  BackedCache<Long, List<Project>> cache() {
    return cache;
  }

  BackedCache<String, Feed> feeds() {
    return feeds;
  }

  NewsServer news() {
    return news;
  }

  NewsBox newsBox() {
    NewsBox box = new NewsBox();
    box.feeds = feeds;
    box.server = news;
    return box;
  }

  EntityManager entityManager() {
    return factory.createEntityManager();
  }

  Employees employees(EntityManager em) {
    Employees employees = new Employees();
    employees.em = em;
    return employees;
  }

  Tasks tasks(EntityManager em) {
    Tasks tasks = new Tasks();
    tasks.em = em;
    tasks.employees = employees(em);
    return tasks;
  }

  /** What the page of an employee is made of. */
  Entry<List<Project>> page(EntityManager em, SourceSwitch source, long employee) {
    PersonalProjects projects = new PersonalProjects();
    projects.em = em;
    projects.projects = cache;
    projects.source = source;
    return projects.personalProjects(employees(em).employee(Long.toString(employee)));
  }

  /** The number of statements since it was asked last. */
  static long statements() {
    long count = QueryCountHolder.getGrandTotal().getTotal();
    QueryCountHolder.clear();
    return count;
  }

  /** A task as a form has it. */
  static TaskForm form(Task task, String parent) {
    TaskForm form = TaskForm.of(task);
    return new TaskForm(
        form.title(), form.estimate(), form.done(), parent, form.assignees(), form.version());
  }

  static TaskForm fresh(String title, String parent, Set<String> assignees) {
    return new TaskForm(title, "1", false, parent, assignees, "");
  }

  @Override
  public void close() {
    news.die();
    backstop.close();
    factory.close();
    pool.close();
  }
}
