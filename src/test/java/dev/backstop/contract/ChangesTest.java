package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Changes;
import dev.backstop.Policy;
import dev.backstop.testing.Logged;
import dev.backstop.testing.projects.Task;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions by JPQL and SQL about the tables of an application. */
class ChangesTest extends Fixture {
  private static final String HIBERNATE = "org.hibernate.jpa.HibernatePersistenceProvider";
  private static final Instant EDITED = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration SECOND = Duration.ofSeconds(1);

  private EntityManager em;

  @BeforeEach
  void makeTasks() throws Exception {
    run(Task.TABLE);
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
    em = closing(projects.createEntityManager());
    em.getTransaction().begin();
    em.persist(new Task(1, "barn", EDITED));
    em.persist(new Task(2, "shed", EDITED.minus(Duration.ofDays(1))));
    em.getTransaction().commit();
  }

  private static void checkTheMoment(Changes changes) {
    Changes exact = changes.overlap(Duration.ZERO);
    assertThat(exact.test(EDITED.minusMillis(1))).isTrue();
    assertThat(exact.test(EDITED)).isTrue(); // equal counts as changed
    assertThat(exact.test(EDITED.plus(SECOND))).isFalse();
    assertThat(changes.test(EDITED.plus(SECOND))).isTrue(); // a second of overlap unless set
    assertThat(changes.test(EDITED.plus(SECOND.multipliedBy(2)))).isFalse();
    assertThat(changes.overlap(Duration.ofHours(1)).test(EDITED.plusSeconds(3600))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"edited", "offset", "zoned", "local", "date", "timestamp", "millis", "seconds"})
  void jpql_bindsTheStampInTheTypeOfTheAttribute(String attribute) {
    String query = "select t.id from Task t where t.%s >= :stamp".formatted(attribute);
    checkTheMoment(Changes.jpql(em, query, Map.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"at_instant", "at_local", "at_timestamp", "at_millis", "at_seconds"})
  void sql_bindsTheStampInTheTypeOfTheColumn(String column) {
    String query = "select id from task where %s >= :stamp".formatted(column);
    checkTheMoment(Changes.sql(database, query, Map.of()));
  }

  /** Of these, Hibernate tells the type of the second, EclipseLink that of the first. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "t.offset >= coalesce(:stamp, t.offset)",
        "coalesce(t.offset, t.offset) >= :stamp",
        ":stamp <= t.offset"
      })
  void jpql_bindsTheStampWithinAnExpression(String condition) {
    checkTheMoment(Changes.jpql(em, "select t.id from Task t where " + condition, Map.of()));
  }

  @Test
  void jpql_takesParameters() {
    String query = "select t.id from Task t where t.project in :theirs and t.edited >= :stamp";
    assertThat(Changes.jpql(em, query, Map.of("theirs", List.of("barn", "none"))).test(EDITED))
        .isTrue();
    assertThat(Changes.jpql(em, query, Map.of("theirs", List.of("shed"))).test(EDITED)).isFalse();
    assertThat(Changes.jpql(em, query, Map.of("theirs", List.of())).test(EDITED)).isFalse();
  }

  @Test
  void jpql_seesWhatTheCallerIsAboutToCommit() {
    String query = "select t.id from Task t where t.project = :project and t.edited >= :stamp";
    Changes attic = Changes.jpql(em, query, Map.of("project", "attic"));
    em.getTransaction().begin();
    em.persist(new Task(3, "attic", EDITED));
    assertThat(attic.test(EDITED)).isTrue();
    em.getTransaction().rollback();
    assertThat(attic.test(EDITED)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "count(t), false, true",
    "max(t.id), false, true",
    "t.title, false, true",
  })
  void jpql_nothingIsNoRowNullAndZero(String selected, boolean before, boolean after) {
    String query = "select " + selected + " from Task t where t.edited >= :stamp";
    Changes changes = Changes.jpql(em, query, Map.of()).overlap(Duration.ZERO);
    assertThat(changes.test(EDITED.plus(SECOND))).isEqualTo(before);
    assertThat(changes.test(EDITED)).isEqualTo(after);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select count(*) from task where at_instant >= :stamp",
        "select max(at_instant) from task where at_instant >= :stamp",
        "select count(*), max(id) from task where at_instant >= :stamp",
        "select exists (select 1 from task where at_instant >= :stamp)",
        "select case when max(at_instant) >= :stamp then 'yes' end from task",
        "select id from task where at_instant >= :stamp or at_instant > :stamp",
        "select id from task where at_instant >= cast(:stamp as timestamp(6) with time zone)"
      })
  void sql_nothingIsNoRowNullZeroAndFalse(String query) {
    Changes changes = Changes.sql(database, query, Map.of()).overlap(Duration.ZERO);
    assertThat(changes.test(EDITED)).isTrue();
    assertThat(changes.test(EDITED.plus(SECOND))).isFalse();
  }

  @Test
  void sql_twoRowsAreAChange_whateverTheyHold() {
    Changes changes =
        Changes.sql(database, "select 0 from task where at_instant >= :stamp", Map.of());
    assertThat(changes.test(EDITED)).isFalse();
    assertThat(changes.test(EDITED.minus(Duration.ofDays(1)))).isTrue();
  }

  @Test
  void sql_takesParameters_alsoLists() {
    String query =
        "select id from task where project in (:theirs) and id <> :id and at_instant >= :stamp"
            + " and at_instant <= :until and at_date <= :date";
    Map<String, ?> others = Map.of("id", 2L, "until", EDITED, "date", Date.from(EDITED));
    for (Set<String> theirs : List.of(Set.of("barn"), Set.of("barn", "shed"))) {
      assertThat(Changes.sql(database, query, and(others, theirs)).test(EDITED)).isTrue();
    }
    assertThat(Changes.sql(database, query, and(others, Set.of("shed"))).test(EDITED)).isFalse();
    assertThat(Changes.sql(database, query, and(others, Set.of())).test(EDITED)).isFalse();
  }

  private static Map<String, ?> and(Map<String, ?> others, Set<String> theirs) {
    Map<String, Object> all = new HashMap<>(others);
    all.put("theirs", theirs);
    return all;
  }

  @Test
  void sql_givesItsConnectionBack() {
    Changes changes =
        Changes.sql(pool(), "select id from task where at_instant >= :stamp", Map.of());
    for (int i = 0; i < 10; i++) { // more than the pool has
      assertThat(changes.test(EDITED)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select t.id from Nothing t where t.edited >= :stamp",
        "select t.id from Task t where t.edited >= 0",
        "select t.id from Task t where t.project >= :stamp",
        "select t.id from Task t where t.project = :other and t.edited >= :stamp",
      })
  void jpql_wrongQuery_failsAtItsFirstUseWithItsText(String query) {
    Changes changes = Changes.jpql(em, query, Map.of());
    assertThatThrownBy(() -> changes.test(EDITED))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(query);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select id from nothing where at_instant >= :stamp",
        "select id from task where nothing >= :stamp",
        "select id from task where title + :stamp"
      })
  void sql_wrongQuery_failsAtItsFirstUseWithItsText(String query) {
    Changes changes = Changes.sql(database, query, Map.of());
    assertThatThrownBy(() -> changes.test(EDITED))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(query);
  }

  @Test
  void aCache_asksAndServes_alsoWhenTheQueryIsWrong() throws Exception {
    BackedCache<String, String> cache = cache();
    Source source = new Source("v1");
    Changes changes =
        Changes.sql(database, "select id from task where at_instant >= :stamp", Map.of());
    Policy asking = Policy.ttl(TTL).changedSince(changes);
    cache.get("k", source, asking);
    source.answer("v2");
    assertThat(cache.get("k", source, asking)).isEqualTo("v2"); // edited in March; it is January
    clock.set(EDITED.plus(Duration.ofDays(1)));
    cache.get("k", source, asking);
    source.answer("v3");
    assertThat(cache.get("k", source, asking)).isEqualTo("v2");
    Policy wrong = Policy.unset().changedSince(Changes.sql(database, "nonsense :stamp", Map.of()));
    try (Logged logged = new Logged()) {
      assertThat(cache.get("k", source, wrong)).isEqualTo("v2");
      assertThat(logged.messages(Level.WARNING))
          .singleElement()
          .asString()
          .contains("nonsense :stamp");
    }
  }
}
