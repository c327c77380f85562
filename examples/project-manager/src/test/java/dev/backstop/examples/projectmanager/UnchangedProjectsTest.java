package dev.backstop.examples.projectmanager;

import static dev.backstop.examples.projectmanager.TestCompany.fresh;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.Entry;
import dev.backstop.Origin;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** In a company where nobody edits a task of theirs: an edit counts as one for a second. */
class UnchangedProjectsTest {
  private final TestCompany company = new TestCompany();
  private final EntityManager em = company.entityManager();

  @AfterEach
  void close() {
    em.close();
    company.close();
  }

  @Test
  void theyAreGatheredOnceWhileNothingChanges() {
    TestCompany.statements();
    assertThat(of(8).origin()).isEqualTo(Origin.SOURCE);
    assertThat(TestCompany.statements()).as("who, which, what, and the fingerprint").isEqualTo(7);

    Entry<List<Project>> again = of(8);

    assertThat(again.origin()).isEqualTo(Origin.FAST);
    assertThat(TestCompany.statements())
        .as("which projects, twice, and two questions")
        .isEqualTo(4);
    assertThat(again.value()).hasSizeGreaterThan(10).anyMatch(p -> p.tasks() == 9000);
  }

  @Test
  void whatHappensInOtherProjectsDisturbsNobody() {
    of(8);

    company.tasks(em).add(fresh("Bridge", "", Set.of("9")));

    assertThat(of(8).origin()).isEqualTo(Origin.FAST);
  }

  private Entry<List<Project>> of(long employee) {
    return company.page(em, new SourceSwitch(), employee);
  }
}
