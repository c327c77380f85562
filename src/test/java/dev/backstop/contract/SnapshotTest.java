package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheTransaction;
import dev.backstop.Entry;
import dev.backstop.Loader;
import dev.backstop.Policy;
import dev.backstop.jta.JtaTransactions;
import dev.backstop.testing.Narayana;
import dev.backstop.testing.Sql;
import dev.backstop.testing.Threads;
import dev.backstop.testing.projects.Task;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A transaction that sees what was there at its begin, and does not bring that back for others. */
class SnapshotTest extends Fixture {
  private static final String HIBERNATE = "org.hibernate.jpa.HibernatePersistenceProvider";
  private static final String TITLE = "select title from task where id = 1";

  @BeforeEach
  void makeTask() throws Exception {
    run(Task.TABLE, "insert into task (id, title, at_millis) values (1, 'old', 0)");
  }

  private static Loader<String, SQLException> committedTitle() {
    return () -> Sql.ask(shared().dataSource(), TITLE);
  }

  /** Somebody else changes the row, commits, and then invalidates the cache. */
  private static void changeElsewhere(BackedCache<String, String> cache) throws Exception {
    Threads.start(
            () -> {
              run("update task set title = 'new' where id = 1");
              cache.remove("title");
              return null;
            })
        .join();
  }

  private static @Nullable String seenElsewhere(BackedCache<String, String> cache)
      throws Exception {
    return Threads.start(() -> cache.peek("title").map(Entry::value).orElse(null)).join();
  }

  private static void checkNobodyElseGetsTheOld(BackedCache<String, String> cache)
      throws Exception {
    assertThat(seenElsewhere(cache)).isNull();
    assertThat(Threads.start(() -> cache.get("title", committedTitle())).join()).isEqualTo("new");
    assertThat(seenElsewhere(cache)).isEqualTo("new");
  }

  @Test
  void aRepeatableRead() throws Exception {
    Narayana narayana = closing(new Narayana());
    Backstop backstop =
        open(builder -> builder.transactions(new JtaTransactions(narayana.registry())));
    BackedCache<String, String> cache = cache(backstop);
    Instant begin = clock.instant();
    narayana.manager().begin();
    try (Connection connection =
        narayana.connect(shared().dataSource(), Connection.TRANSACTION_REPEATABLE_READ)) {
      assertThat(cache.peek("other")).isEmpty(); // here the transaction is met
      assertThat(Sql.ask(connection, "select count(*) from task")).isEqualTo("1"); // its snapshot
      clock.advance(MOMENT);
      changeElsewhere(cache);
      Entry<String> old = cache.entry("title", () -> Sql.ask(connection, TITLE), Policy.unset());
      assertThat(old.value()).isEqualTo("old");
      assertThat(old.createdAt()).isBefore(begin.plus(MOMENT));
      checkNobodyElseGetsTheOld(cache);
      narayana.manager().commit();
    }
    assertThat(cache.get("title", committedTitle())).isEqualTo("new");
  }

  @Test
  void theFirstLevelCacheOfAnEntityManager() throws Exception {
    EntityManagerFactory projects =
        closing(
            Persistence.createEntityManagerFactory(
                "projects",
                Map.of(
                    "jakarta.persistence.provider",
                    provider() == null ? HIBERNATE : provider(),
                    "eclipselink.logging.level",
                    "WARNING",
                    "jakarta.persistence.nonJtaDataSource",
                    shared().dataSource())));
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    try (CacheTransaction transaction = backstop.transaction();
        EntityManager em = projects.createEntityManager()) {
      em.getTransaction().begin();
      assertThat(em.find(Task.class, 1L).title()).isEqualTo("old");
      clock.advance(MOMENT);
      changeElsewhere(cache);
      assertThat(cache.get("title", () -> em.find(Task.class, 1L).title())).isEqualTo("old");
      checkNobodyElseGetsTheOld(cache);
      em.getTransaction().commit();
      transaction.committed();
    }
    assertThat(cache.get("title", committedTitle())).isEqualTo("new");
  }
}
