package dev.backstop.examples.projectmanager;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.EntityManager;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CompanyTest {
  private static TestCompany company;

  @BeforeAll
  static void open() {
    company = new TestCompany();
  }

  @AfterAll
  static void close() {
    company.close();
  }

  @Test
  void itHasTheSizeThatItIsSaidToHave() {
    assertThat(found("select count(*) from employee")).isEqualTo(200L);
    assertThat(found("select count(*) from task")).isEqualTo(50_000L);
    assertThat(found("select count(*) from task where parent_id is null")).isEqualTo(400L);
    assertThat(found("select count(*) from task group by project_id order by 1 desc limit 1"))
        .isEqualTo(9000L);
    assertThat(found("select count(distinct employee_id) from task_assignee")).isEqualTo(200L);
  }

  @Test
  void everyTaskIsBelowTheRootOfItsProject() {
    String parts = "select count(*) from task t join task p on p.id = t.parent_id where ";

    assertThat(found(parts + "t.project_id <> p.project_id")).isEqualTo(0L);
    assertThat(found(parts + "t.id <= p.id")).as("circles").isEqualTo(0L);
    assertThat(found(parts + "p.done and not t.done")).as("done before its parts").isEqualTo(0L);
    assertThat(found("select count(*) from task where parent_id is null and id <> project_id"))
        .isEqualTo(0L);
  }

  @Test
  void nothingWasEditedBeforeItWasMadeOrJustNow() {
    assertThat(found("select count(*) from task where edited < created")).isEqualTo(0L);
    assertThat(
            found("select count(*) from task where edited > current_timestamp - interval '1' hour"))
        .isEqualTo(0L);
  }

  @Test
  void theDatabaseSaysWhenATaskWasEdited() {
    EntityManager em = company.entityManager();
    Task before = company.tasks(em).task("400");

    company.tasks(em).complete("400", Integer.toString(before.version()));

    assertThat(company.tasks(em).task("400").edited()).isAfter(before.edited());
    em.close();
  }

  private static Object found(String sql) {
    EntityManager em = company.entityManager();
    List<?> found = em.createNativeQuery(sql).getResultList();
    em.close();
    return found.get(0);
  }
}
