package dev.backstop.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.CacheTransaction;
import dev.backstop.ChangeNotes;
import dev.backstop.Changes;
import dev.backstop.GenericType;
import dev.backstop.Lender;
import dev.backstop.Policy;
import dev.backstop.testing.H2Database;
import dev.backstop.testing.Sql;
import dev.backstop.testing.projects.Page;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityListeners;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.Persistence;
import jakarta.persistence.Table;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** The regions of docs/invalidation.md on entities whose changes are noted. */
class NotedSnippetsTest {
  // region noted-entity
  @Entity
  @Table(name = "novel")
  @EntityListeners(ChangeNotes.class)
  static class Novel {
    @Id long id;
    String title;
  }

  // endregion

  private final H2Database database = H2Database.inMemory();
  private final DataSource dataSource = database.dataSource();

  private List<String> titlesOf(String shelf) throws SQLException {
    return List.of(shelf, Sql.ask(dataSource, "select title from novel"));
  }

  @Test
  void noting() throws Exception {
    Sql.run(dataSource, Page.tables().toArray(String[]::new));
    Sql.run(
        dataSource,
        "create table novel (id bigint primary key, title varchar(100))",
        "insert into novel values (1, 'old')");
    try (EntityManagerFactory unit =
            Persistence.createEntityManagerFactory(
                "novels-unit", Map.of("jakarta.persistence.nonJtaDataSource", dataSource));
        EntityManager em = unit.createEntityManager();
        Backstop backstop = Backstop.builder().dataSource(dataSource).build()) {
      BackedCache<String, List<String>> shelves =
          backstop.cache(CacheSpec.of("shelves", String.class, new GenericType<List<String>>() {}));
      assertThat(shelves.get("novels", () -> titlesOf("novels"), Policy.ttl(Duration.ofDays(1))))
          .containsExactly("novels", "old");
      // region noted
      try (CacheTransaction transaction = backstop.transaction(Lender.of(em))) {
        em.getTransaction().begin();
        em.find(Novel.class, 1L).title = "new";
        em.getTransaction().commit(); // with the note
        transaction.committed();
      }
      List<String> titles =
          shelves.get(
              "novels",
              () -> titlesOf("novels"),
              Policy.ttl(Duration.ofDays(1))
                  .changedSince(
                      Changes.noted(dataSource, Novel.class) // or the EntityManager
                          .overlap(Duration.ofSeconds(30)))); // no writer takes longer to commit
      // endregion
      assertThat(titles).containsExactly("novels", "new");
    } finally {
      database.close();
    }
  }
}
