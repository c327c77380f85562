package dev.backstop.examples.projectmanager;

import static dev.backstop.examples.projectmanager.TestCompany.fresh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.backstop.Entry;
import dev.backstop.Origin;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PersonalProjectsTest {
  private static TestCompany company;

  private final SourceSwitch source = new SourceSwitch();
  private final EntityManager em = company.entityManager();
  private final Tasks tasks = company.tasks(em);

  @BeforeAll
  static void open() {
    company = new TestCompany();
  }

  @AfterAll
  static void shut() {
    company.close();
  }

  @BeforeEach
  void begin() {
    company.cache().clear();
    company.feeds().clear();
    source.server = company.news();
  }

  @AfterEach
  void end() {
    em.close();
  }

  @Test
  void whateverChangesIsSeenAtOnce() {
    long id = tasks.add(fresh("Bridge", "", Set.of("8", "9")));
    assertThat(titles(8)).contains("Bridge");

    edit(id, "Tunnel", "8", "9");
    assertThat(titles(8)).contains("Tunnel").doesNotContain("Bridge");
    assertThat(titles(9)).contains("Tunnel");
    edit(id, "Tunnel", "9");
    assertThat(titles(8)).doesNotContain("Tunnel");
    assertThat(titles(9)).contains("Tunnel");
    tasks.delete("" + id, "" + tasks.task("" + id).version());
    assertThat(titles(9)).doesNotContain("Tunnel");
  }

  @Test
  void whatOthersDoInAProjectOfMineIsSeenAsWell() {
    Project before = of(8).value().stream().filter(p -> p.id() == 1).findFirst().orElseThrow();
    Task theirs =
        em.createQuery(
                "select t from Task t join t.assignees e where t.project = 1 and not t.done"
                    + " and e.id <> 8",
                Task.class)
            .setMaxResults(1)
            .getSingleResult();

    tasks.complete("" + theirs.id(), "" + theirs.version());

    assertThat(of(8).value())
        .filteredOn(project -> project.id() == 1)
        .extracting(Project::done)
        .containsExactly(before.done() + 1);
  }

  @Test
  void whatSomebodyChangesBySqlIsSeenAsWell() {
    long id = tasks.add(fresh("Bridge", "", Set.of("8")));
    assertThat(titles(8)).contains("Bridge");
    em.getTransaction().begin();
    em.createNativeQuery("update task set title = 'Tunnel' where id = " + id).executeUpdate();
    em.getTransaction().commit();

    assertThat(titles(8)).contains("Tunnel");
  }

  @Test
  void whenTheSourceBreaksWhatWasGatheredStandsInAndLaterIsGatheredAgain() {
    List<Project> before = of(8).value();

    turn(true);
    assertThat(of(8).origin()).isEqualTo(Origin.STAND_IN);
    assertThat(of(8).value()).isEqualTo(before);
    assertThat(of(8).failure().message()).isEqualTo("The project database does not answer");
    assertThatExceptionOfType(SourceSwitch.BrokenException.class).isThrownBy(() -> of(9));
    turn(false);
    assertThat(of(8).origin()).isEqualTo(Origin.SOURCE);
  }

  @Test
  void theNewsStandInAsWell() {
    NewsBox news = company.newsBox();
    assertThat(news.read()).extracting(Entry::origin).containsOnly(Origin.SOURCE).hasSize(3);

    turn(true);
    assertThat(news.read()).extracting(Entry::origin).containsOnly(Origin.STAND_IN).hasSize(3);
    turn(false);
    assertThat(news.read()).extracting(Entry::origin).containsOnly(Origin.SOURCE).hasSize(3);
  }

  @Test
  void whoHasNoTaskHasNoProject() {
    em.getTransaction().begin();
    em.createNativeQuery("insert into employee values (1000, 'Nobody', 'Idler')").executeUpdate();
    em.getTransaction().commit();

    assertThat(of(1000).value()).isEmpty();
    tasks.add(fresh("Bridge", "", Set.of("1000")));
    assertThat(titles(1000)).containsExactly("Bridge");
  }

  /** With what its annotations do on a server. */
  private void turn(boolean broken) {
    source.turn(broken);
    company.cache().expireCreatedBefore(Instant.now());
    company.feeds().expireCreatedBefore(Instant.now());
  }

  private void edit(long id, String title, String... assignees) {
    String version = "" + tasks.task("" + id).version();
    tasks.edit("" + id, new TaskForm(title, "1", false, "", Set.of(assignees), version));
  }

  private List<String> titles(long employee) {
    return of(employee).value().stream().map(Project::title).toList();
  }

  private Entry<List<Project>> of(long employee) {
    return company.page(em, source, employee);
  }
}
