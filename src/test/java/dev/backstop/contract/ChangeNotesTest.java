package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheTransaction;
import dev.backstop.ChangeNotes;
import dev.backstop.Changes;
import dev.backstop.Entry;
import dev.backstop.Lender;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.jta.JtaTransactions;
import dev.backstop.testing.Narayana;
import dev.backstop.testing.Sql;
import dev.backstop.testing.Threads;
import dev.backstop.testing.projects.Page;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An entity listener that notes changes in their commit, and the question that asks for them. */
class ChangeNotesTest extends Fixture {
  private static final String HIBERNATE = "org.hibernate.jpa.HibernatePersistenceProvider";
  private static final String NOTES = "select count(*) from backstop_change";
  private static final String NOTE = "select concat(entity, ' ', entity_id) from backstop_change";

  private static final Duration A_WHILE = Duration.ofHours(1);

  private final Source source = new Source("loaded");
  private EntityManagerFactory pages;
  private Backstop backstop;
  private BackedCache<String, String> cache;

  @BeforeEach
  void openOne() throws Exception {
    run(Page.tables().toArray(String[]::new));
    pages =
        closing(
            Persistence.createEntityManagerFactory(
                "pages",
                Map.of(
                    "jakarta.persistence.provider",
                    provider() == null ? HIBERNATE : provider(),
                    "eclipselink.logging.level",
                    "OFF",
                    "eclipselink.cache.shared.default",
                    "false",
                    "jakarta.persistence.nonJtaDataSource",
                    shared().dataSource())));
    clock.set(Instant.now().minus(A_WHILE)); // the notes are of the database's time
    backstop = open();
    cache = cache(backstop);
  }

  /** Does that in a transaction of its own, and returns what {@code before} says at its end. */
  private <T> T commit(Consumer<EntityManager> work, Callable<T> before) throws Exception {
    try (EntityManager em = pages.createEntityManager();
        CacheTransaction transaction = backstop.transaction(Lender.of(em))) {
      em.getTransaction().begin();
      work.accept(em);
      em.flush();
      T said = before.call();
      em.getTransaction().commit();
      transaction.committed();
      return said;
    }
  }

  private void commit(Consumer<EntityManager> work) throws Exception {
    commit(work, () -> true);
  }

  private static Consumer<EntityManager> persist(long id) {
    return em -> em.persist(new Page(id, "old"));
  }

  private static @Nullable String notes() throws SQLException {
    return ask(NOTES);
  }

  private @Nullable String seenElsewhere(String key) throws Exception {
    return Threads.start(() -> cache.peek(key).map(Entry::value).orElse(null)).join();
  }

  @Test
  void aNoteIsThereFromTheCommitOfItsEntityOn() throws Exception {
    assertThat(commit(persist(1), ChangeNotesTest::notes)).isEqualTo("0");
    assertThat(notes()).isEqualTo("1");
    assertThat(ask(NOTE)).isEqualTo("Page 1");
  }

  @Test
  void aRollbackLeavesNone() throws Exception {
    try (EntityManager em = pages.createEntityManager();
        CacheTransaction unused = backstop.transaction(Lender.of(em))) {
      em.getTransaction().begin();
      em.persist(new Page(1, "old"));
      em.flush();
      em.getTransaction().rollback();
    }
    assertThat(notes()).isEqualTo("0");
  }

  @Test
  void whatIsStoredChangedOrRemovedIsNoted_andWhatIsReadIsNot() throws Exception {
    commit(persist(1));
    assertThat(notes()).isEqualTo("1");
    commit(em -> em.find(Page.class, 1L).setTitle("new"));
    assertThat(notes()).isEqualTo("2");
    commit(em -> assertThat(em.find(Page.class, 1L).title()).isEqualTo("new"));
    assertThat(notes()).isEqualTo("2");
    commit(em -> em.remove(em.find(Page.class, 1L)));
    assertThat(notes()).isEqualTo("3");
  }

  @Test
  void whoAsksForNotesLoadsAnewAfterAChange() throws Exception {
    Policy asking =
        Policy.unset()
            .changedSince(Changes.noted(shared().dataSource(), Page.class).overlap(Duration.ZERO));
    assertThat(cache.get("k", source, asking)).isEqualTo("loaded");
    assertThat(cache.entry("k", source, asking).origin()).isEqualTo(Origin.FAST);

    commit(persist(1));
    assertThat(cache.entry("k", source, asking).origin()).isEqualTo(Origin.SOURCE);

    clock.advance(A_WHILE.multipliedBy(2)); // from here the note is older than what is loaded
    assertThat(cache.entry("other", source, asking).origin()).isEqualTo(Origin.SOURCE);
    assertThat(cache.entry("other", source, asking).origin()).isEqualTo(Origin.FAST);
    assertThat(source.calls()).isEqualTo(3);
  }

  @Test
  void notesOfOtherEntitiesAreNotMeant() throws Exception {
    commit(persist(1));
    Instant before = Instant.now().minus(A_WHILE);
    assertThat(Changes.noted(shared().dataSource(), Page.class).test(before)).isTrue();
    assertThat(Changes.noted(shared().dataSource(), String.class).test(before)).isFalse();
    assertThat(Changes.noted(shared().dataSource(), String.class, Page.class).test(before))
        .isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Changes.noted(shared().dataSource()))
        .withMessage("entities must be at least one type, was []");
  }

  @Test
  void whoAsksOnTheSameConnectionSeesItsOwn() throws Exception {
    Instant before = Instant.now().minus(A_WHILE);
    try (EntityManager em = pages.createEntityManager();
        CacheTransaction unused = backstop.transaction(Lender.of(em))) {
      em.getTransaction().begin();
      em.persist(new Page(1, "old"));
      em.flush();
      assertThat(Changes.noted(em, Page.class).test(before)).isTrue();
      assertThat(Changes.noted(shared().dataSource(), Page.class).test(before)).isFalse();
      em.getTransaction().rollback();
      assertThat(Changes.noted(em, Page.class).test(before)).isFalse();
    }
  }

  @Test
  void whatIsLoadedAfterAWriteIsTheTransactionsOwnUntilItsCommit() throws Exception {
    assertThat(
            commit(
                persist(1),
                () -> {
                  assertThat(cache.get("k", source)).isEqualTo("loaded");
                  return "seen " + seenElsewhere("k");
                }))
        .isEqualTo("seen null");
    assertThat(seenElsewhere("k")).isEqualTo("loaded");
  }

  @Test
  void whatIsLoadedBeforeAnyWriteIsSharedAtOnce() throws Exception {
    try (EntityManager em = pages.createEntityManager();
        CacheTransaction unused = backstop.transaction(Lender.of(em))) {
      assertThat(cache.get("k", source)).isEqualTo("loaded");
      assertThat(seenElsewhere("k")).isEqualTo("loaded");
    }
  }

  @Test
  void ofTwoBackstopsBothKnow_andOneNotes() throws Exception {
    Backstop another = open(builder -> builder.namespace("another"));
    BackedCache<String, String> its = cache(another);
    try (EntityManager em = pages.createEntityManager();
        CacheTransaction transaction = backstop.transaction(Lender.of(em));
        CacheTransaction anothers = another.transaction(Lender.of(em))) {
      em.getTransaction().begin();
      em.persist(new Page(1, "old"));
      em.flush();
      its.get("k", source);
      assertThat(Threads.start(() -> its.peek("k")).join()).isEmpty();
      em.getTransaction().commit();
      transaction.committed();
      anothers.committed();
    }
    assertThat(notes()).isEqualTo("1");
  }

  /** On which of the two the entity is, a listener can't know. */
  @Test
  void whereTwoBackstopsHaveConnectionsOfTheirOwn_theChangeFails() {
    Backstop another = open(builder -> builder.namespace("another"));
    try (EntityManager em = pages.createEntityManager();
        EntityManager others = pages.createEntityManager();
        CacheTransaction unused = backstop.transaction(Lender.of(em));
        CacheTransaction anothers = another.transaction(Lender.of(others))) {
      em.getTransaction().begin();
      em.persist(new Page(1, "old"));
      assertThat(catchThrowable(() -> em.getTransaction().commit()))
          .hasRootCauseMessage(
              "The change of Page 1 can be noted by 2 Backstops, each on another connection");
    }
  }

  @Test
  void aBulkUpdateIsNotedByHand() throws Exception {
    Instant before = Instant.now().minus(A_WHILE);
    commit(
        em -> {
          em.createQuery("update Page p set p.title = 'new'").executeUpdate();
          ChangeNotes.note(em, Page.class);
        },
        () -> {
          assertThat(cache.get("k", source)).isEqualTo("loaded");
          assertThat(seenElsewhere("k")).isNull();
          return true;
        });
    assertThat(ask(NOTE).strip()).isEqualTo("Page");
    assertThat(Changes.noted(shared().dataSource(), Page.class).test(before)).isTrue();
  }

  @Test
  void aSurroundingTransactionIsNotedInItsDataSource() throws Exception {
    Narayana narayana = closing(new Narayana());
    AtomicReference<Connection> enlisted = new AtomicReference<>();
    backstop.close();
    BackedCache<String, String> within =
        cache(
            open(
                builder ->
                    builder.transactions(
                        new JtaTransactions(narayana.registry()).noting(handing(enlisted)))));
    for (boolean commits : new boolean[] {false, true}) {
      narayana.manager().begin();
      enlisted.set(narayana.connect(shared().dataSource()));
      new ChangeNotes().changed(new Page(1, "old"));
      assertThat(Sql.ask(enlisted.get(), NOTES)).isEqualTo("1");
      assertThat(notes()).isEqualTo("0");
      within.get("k", source);
      assertThat(Threads.start(() -> within.peek("k")).join()).isEmpty();
      if (commits) {
        narayana.manager().commit();
      } else {
        narayana.manager().rollback();
      }
      assertThat(notes()).isEqualTo(commits ? "1" : "0");
    }
  }

  /** A data source as a container has them: its connections are those of the transaction. */
  private static DataSource handing(AtomicReference<Connection> enlisted) {
    ClassLoader loader = ChangeNotesTest.class.getClassLoader();
    Connection handle =
        (Connection)
            Proxy.newProxyInstance(
                loader,
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) ->
                    method.getName().equals("close")
                        ? null
                        : method.invoke(enlisted.get(), arguments));
    return (DataSource)
        Proxy.newProxyInstance(
            loader,
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> method.getName().equals("hashCode") ? 0 : handle);
  }

  @Test
  void aChangeThatNobodyCanNoteFails_andIsRolledBack() throws Exception {
    assertThat(refused())
        .hasRootCauseMessage(
            cannot(
                "begin it by Backstop.transaction(Lender.of(em)), or give the Backstop the"
                    + " transactions and their data source (JtaTransactions.noting)"));
    try (CacheTransaction unused = backstop.transaction()) { // of what, it does not say
      assertThat(refused()).hasRootCauseInstanceOf(IllegalStateException.class);
    }
    backstop.close();
    assertThat(refused()).hasRootCauseMessage(cannot("no Backstop is open"));
    assertThat(ask("select count(*) from page")).isEqualTo("0");
  }

  private static String cannot(String why) {
    return "Nobody can note the change of Page 1 in its transaction: " + why;
  }

  private Throwable refused() {
    try (EntityManager em = pages.createEntityManager()) {
      em.getTransaction().begin();
      em.persist(new Page(1, "old"));
      return catchThrowable(() -> em.getTransaction().commit());
    }
  }

  @Test
  void withoutItsTableAChangeFails_andSaysOfWhat() throws Exception {
    run("drop table backstop_change");
    assertThatThrownBy(() -> commit(persist(1)))
        .hasStackTraceContaining("The change of Page 1 was not noted");
    assertThat(ask("select count(*) from page")).isEqualTo("0");
  }

  @Test
  void whoAsksForIdsIsToldOfTheseAndOfThoseThatAreNotKnown() throws Exception {
    Instant before = Instant.now().minus(A_WHILE);
    commit(persist(1));
    assertThat(toldOf(before, 1L)).isTrue();
    assertThat(toldOf(before, 2L)).isFalse();
    assertThat(toldOf(before, 2L, 1L)).isTrue();
    assertThat(toldOf(before)).isFalse();
    commit(em -> ChangeNotes.note(em, Page.class));
    assertThat(toldOf(before, 2L)).isTrue();
    assertThat(toldOf(before)).isTrue();
  }

  /** By a data source and by an EntityManager, which agree. */
  private boolean toldOf(Instant stamp, Object... ids) {
    boolean told = Changes.noted(shared().dataSource(), Page.class, List.of(ids)).test(stamp);
    try (EntityManager em = pages.createEntityManager()) {
      assertThat(Changes.noted(em, Page.class, List.of(ids)).test(stamp)).isEqualTo(told);
    }
    return told;
  }

  @Test
  void aStampThatIsOlderThanTheNotesThatAreKeptCountsAsChanged() {
    assertThat(toldOf(Instant.now().minus(Duration.ofDays(31)), 1L)).isTrue();
    assertThat(toldOf(Instant.now().minus(Duration.ofDays(29)), 1L)).isFalse();
  }
}
