package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.CacheTier;
import dev.backstop.CacheTransaction;
import dev.backstop.Entry;
import dev.backstop.Loader;
import dev.backstop.Policy;
import dev.backstop.Transactions;
import dev.backstop.jta.JtaTransactions;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Narayana;
import dev.backstop.testing.Sql;
import dev.backstop.testing.Started;
import dev.backstop.testing.TestXaResource;
import dev.backstop.testing.Threads;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.Transaction;
import jakarta.transaction.TransactionManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same with Jakarta Transactions, by a real transaction manager. */
class JtaTest extends Fixture {
  private final Source source = new Source("loaded");
  private final Source never = Source.failing();
  private Narayana narayana;
  private TransactionManager manager;
  private Backstop backstop;
  private BackedCache<String, String> cache;

  @BeforeEach
  void openOne() {
    narayana = closing(new Narayana());
    manager = narayana.manager();
    backstop = openWithin();
    cache = cache(backstop);
  }

  private Backstop openWithin() {
    return open(builder -> builder.transactions(new JtaTransactions(narayana.registry())));
  }

  /** What another thread, which is in no transaction, finds without a load; or null. */
  private @Nullable String seen(String key) throws Exception {
    return Threads.start(() -> cache.peek(key).map(Entry::value).orElse(null)).join();
  }

  private @Nullable String found(String key) {
    return cache.peek(key).map(Entry::value).orElse(null);
  }

  static Stream<TransactionTest.Change> changes() {
    return TransactionTest.changes();
  }

  @ParameterizedTest
  @MethodSource("changes")
  void aChangeTakesEffectAfterTheCommit(TransactionTest.Change change) throws Exception {
    cache.put("k", "old");
    manager.begin();
    change.of().accept(cache);
    assertThat(found("k")).isEqualTo(change.after());
    assertThat(seen("k")).isEqualTo("old");
    manager.commit();
    assertThat(found("k")).isEqualTo(change.after());
    assertThat(seen("k")).isEqualTo(change.after());
    backstop.close(); // what is queued is written
    assertThat(afterRestart().peek("k").map(Entry::value).orElse(null)).isEqualTo(change.after());
  }

  @ParameterizedTest
  @MethodSource("changes")
  void afterARollback_aChangeTakesNoEffectAtAll(TransactionTest.Change change) throws Exception {
    cache.put("k", "old");
    database.forgetStatements();
    manager.begin();
    change.of().accept(cache);
    manager.rollback();
    assertThat(cache.get("k", never)).isEqualTo("old");
    assertThat(database.statements()).isEmpty();
  }

  @Test
  void markedForRollback_itSeesItsChanges_andNobodyElseEverDoes() throws Exception {
    manager.begin();
    cache.put("k", "new");
    manager.setRollbackOnly();
    cache.put("later", "new");
    assertThat(found("k")).isEqualTo("new");
    assertThat(found("later")).isEqualTo("new");
    assertThatThrownBy(manager::commit).isInstanceOf(RollbackException.class);
    assertThat(seen("k")).isNull();
    assertThat(seen("later")).isNull();
  }

  /** It takes no participants any more; so what may be wrong goes at once. */
  @Test
  void metWhenItIsMarkedForRollback_nothingIsPut_andNoInvalidationIsLost() throws Exception {
    for (String key : new String[] {"put", "removed", "expired"}) {
      cache.put(key, "old");
    }
    manager.begin();
    manager.setRollbackOnly();
    cache.put("put", "new");
    cache.remove("removed");
    cache.expire("expired");
    cache.get("loaded", source);
    manager.rollback();
    assertThat(seen("put")).isNotEqualTo("new");
    assertThat(seen("removed")).isNull();
    assertThat(seen("expired")).isNull();
    assertThat(seen("loaded")).isNull(); // what it read may never have been there
  }

  /** Of changes by others since its begin nobody keeps account for it. */
  @Test
  void whatItLoadsWhenItIsMarkedForRollback_isItsOwn() throws Exception {
    cache.put("k", "old");
    manager.begin();
    manager.setRollbackOnly();
    assertThat(cache.peek("other")).isEmpty(); // here it is met
    clock.advance(MOMENT);
    Threads.start(
            () -> {
              cache.remove("k");
              return null;
            })
        .join();
    Policy inHeap = Policy.unset().withoutWriting(CacheTier.BACKUPS); // the table would refuse it
    assertThat(cache.get("k", () -> "from an old snapshot", inHeap))
        .isEqualTo("from an old snapshot");
    assertThat(seen("k")).isNull();
    manager.rollback();
    assertThat(seen("k")).isNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoReloadsBeforeTheCommit_bringsTheOldRowBackOnlyWhereNobodyTellsOfIt(boolean told)
      throws Exception {
    run("create table book (title varchar(20))", "insert into book values ('old')");
    BackedCache<String, String> books = told ? cache : cache(open());
    books.get("book", title());
    manager.begin();
    try (Connection connection = narayana.connect(shared().dataSource());
        Statement statement = connection.createStatement()) {
      statement.execute("update book set title = 'new'");
      books.remove("book");
      Threads.start(() -> books.get("book", title())).join();
      manager.commit();
    }
    assertThat(books.get("book", title())).isEqualTo(told ? "new" : "old"); // the classic fault
    run("drop table book");
  }

  private static Loader<String, SQLException> title() {
    return () -> Sql.ask(shared().dataSource(), "select title from book");
  }

  @Test
  void whatADirtyTransactionReads_isNotSharedBeforeTheCommit() throws Exception {
    run("create table book (title varchar(20))", "insert into book values ('old')");
    for (boolean commits : new boolean[] {false, true}) {
      manager.begin();
      try (Connection connection = narayana.connect(shared().dataSource());
          Statement statement = connection.createStatement()) {
        statement.execute("update book set title = 'new'");
        cache.expire("list");
        assertThat(cache.get("book", () -> Sql.ask(connection, "select title from book")))
            .isEqualTo("new");
        assertThat(seen("book")).isNull();
        if (commits) {
          manager.commit();
        } else {
          manager.rollback();
        }
      }
      assertThat(seen("book")).isEqualTo(commits ? "new" : null);
    }
    run("drop table book");
  }

  @Test
  void aSuspendedTransactionKeepsItsOwn_whateverTheInnerOneDoes() throws Exception {
    manager.begin();
    cache.put("outer", "new");
    Transaction outer = manager.suspend();
    assertThat(found("outer")).isNull();
    cache.put("between", "new"); // in none
    assertThat(seen("between")).isEqualTo("new");
    manager.begin();
    cache.put("inner", "new");
    assertThat(found("outer")).isNull();
    manager.commit();
    assertThat(seen("inner")).isEqualTo("new");
    manager.resume(outer);
    assertThat(found("outer")).isEqualTo("new");
    assertThat(seen("outer")).isNull();
    manager.rollback();
    assertThat(seen("outer")).isNull();
  }

  @Test
  void aTransactionMayGoOnOnAnotherThread() throws Exception {
    manager.begin();
    cache.put("k", "new");
    Transaction moved = manager.suspend();
    Threads.start(
            () -> {
              manager.resume(moved);
              assertThat(found("k")).isEqualTo("new");
              cache.put("other", "new");
              manager.commit();
              return null;
            })
        .join();
    assertThat(seen("k")).isEqualTo("new");
    assertThat(seen("other")).isEqualTo("new");
  }

  /** Narayana tells those who registered that it was committed; that is all there is to know. */
  @ParameterizedTest
  @ValueSource(ints = {XAException.XA_HEURMIX, XAException.XA_HEURHAZ})
  void whereItEndsByHalves_noInvalidationIsLost(int heuristic) throws Exception {
    cache.put("removed", "old");
    cache.put("expired", "old");
    manager.begin();
    narayana.enlist(TestXaResource.heuristic(heuristic));
    narayana.enlist(TestXaResource.heuristic(heuristic));
    cache.remove("removed");
    cache.expire("expired");
    assertThatThrownBy(manager::commit).isInstanceOf(HeuristicMixedException.class);
    assertThat(seen("removed")).isNull();
    assertThat(seen("expired")).isNull();
  }

  @Test
  void whereNobodyKnowsHowItEnded_whatItChangedIsExpired_andNothingIsPut() throws Exception {
    AtomicReference<Transactions.Participant> participant = new AtomicReference<>();
    Backstop told =
        open(
            builder ->
                builder.transactions(
                    (owner, joining) -> {
                      participant.compareAndSet(null, joining.get());
                      return participant.get();
                    }));
    BackedCache<String, String> other = cache(told);
    for (String key : new String[] {"put", "removed", "cleared"}) {
      cache.put(key, "old");
    }
    other.put("put", "new");
    other.remove("removed");
    other.get("loaded", source);
    participant.get().ended(Transactions.End.UNKNOWN);
    participant.get().ended(Transactions.End.COMMITTED); // the first call counts
    assertThat(other.contains("loaded")).isFalse();
    told.close();
    backstop.close();
    BackedCache<String, String> restarted = afterRestart();
    assertThat(restarted.contains("put")).isFalse();
    assertThat(restarted.contains("removed")).isFalse();
    assertThat(restarted.contains("cleared")).isTrue();
    assertThat(restarted.get("put", never)).isEqualTo("old");
    assertThat(restarted.get("removed", never)).isEqualTo("old");
    assertThat(restarted.peek("loaded")).isEmpty();
  }

  private void atTheEnd(Runnable before, Runnable after) throws Exception {
    narayana
        .current()
        .registerSynchronization(
            new Synchronization() {
              @Override
              public void beforeCompletion() {
                before.run();
              }

              @Override
              public void afterCompletion(int status) {
                after.run();
              }
            });
  }

  @Test
  void whatIsChangedWhileItIsBeingCommitted_takesEffectAfterIt() throws Exception {
    cache.put("k", "old");
    manager.begin();
    atTheEnd(
        () -> cache.remove("k"), // it is met only here
        () -> assertThat(found("k")).isNull()); // before the application is told
    assertThat(found("k")).isEqualTo("old");
    manager.commit();
    assertThat(seen("k")).isNull();
    manager.begin();
    atTheEnd(() -> cache.put("first", "new"), () -> {});
    manager.commit();
    assertThat(seen("first")).isEqualTo("new");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsRemovedAfterTheEnd_isRemovedAtOnce(boolean wasMet) throws Exception {
    for (boolean commits : new boolean[] {true, false}) {
      cache.put("k", "old");
      manager.begin();
      if (wasMet) {
        cache.put("other", "new");
      }
      atTheEnd(() -> {}, () -> cache.remove("k"));
      if (commits) {
        manager.commit();
      } else {
        manager.rollback();
      }
      assertThat(seen("k")).isNull();
    }
  }

  @Test
  void whereItTimedOut_whatItsThreadStillPuts_isNeverThere() throws Exception {
    cache.put("removed", "old");
    manager.setTransactionTimeout(1);
    manager.begin();
    manager.setTransactionTimeout(0);
    cache.put("before", "new");
    Transaction dying = narayana.current();
    Eventually.holds(
        () -> {
          try {
            return dying.getStatus() == Status.STATUS_ROLLEDBACK;
          } catch (jakarta.transaction.SystemException broken) {
            throw new IllegalStateException(broken);
          }
        },
        "the transaction times out");
    cache.put("after", "new");
    cache.remove("removed");
    assertThat(cache.get("loaded", source)).isEqualTo("loaded");
    assertThatThrownBy(manager::commit).isInstanceOf(RollbackException.class);
    assertThat(seen("before")).isNull();
    assertThat(seen("after")).isNull();
    assertThat(seen("loaded")).isNull();
    assertThat(seen("removed")).isNull();
  }

  /** The row is on its way when the commit returns, and so is that of a load. */
  @Test
  void nobodyInATransaction_norItsCommit_waitsForBackups() throws Exception {
    Backstop patient =
        open(
            builder ->
                builder
                    .transactions(new JtaTransactions(narayana.registry()))
                    .backupTimeout(Eventually.LIMIT.multipliedBy(3)));
    BackedCache<String, String> books = cache(patient);
    Gate gate = new Gate();
    database.holdNextAnswer("backstop_backup", gate);
    Started<String> caller = // whose end is waited for a third as long
        Threads.start(
            () -> {
              manager.begin();
              String loaded = books.get("loaded", source);
              books.put("k", "new");
              manager.commit();
              return loaded;
            });
    gate.awaitEntered();
    assertThat(caller.join()).isEqualTo("loaded");
    assertThat(books.peek("k")).map(Entry::value).contains("new");
    gate.open();
    patient.close();
    assertThat(afterRestart().peek("k")).map(Entry::value).contains("new");
  }

  @Test
  void twoCachesAndTwoBackstopsTakePartInOneTransaction() throws Exception {
    BackedCache<String, String> second =
        backstop.cache(CacheSpec.of("second", String.class, String.class).ttl(TTL));
    BackedCache<String, String> third =
        openWithin().cache(CacheSpec.of("third", String.class, String.class).ttl(TTL));
    Consumer<String> putAll =
        value -> {
          cache.put("k", value);
          second.put("k", value);
          third.put("k", value);
        };
    for (boolean commits : new boolean[] {false, true}) {
      manager.begin();
      putAll.accept("new");
      if (commits) {
        manager.commit();
      } else {
        manager.rollback();
      }
      assertThat(cache.contains("k")).isEqualTo(commits);
      assertThat(second.contains("k")).isEqualTo(commits);
      assertThat(third.contains("k")).isEqualTo(commits);
    }
  }

  @Test
  void aTransactionByHandDoesNotBeginInOneOfTheContainer() throws Exception {
    manager.begin();
    assertThatThrownBy(backstop::transaction).isInstanceOf(IllegalStateException.class);
    manager.rollback();
    try (CacheTransaction byHand = backstop.transaction()) {
      cache.put("by hand", "new");
      manager.begin(); // the inner one is what its changes belong to
      cache.put("inner", "new");
      manager.commit();
      assertThat(seen("inner")).isEqualTo("new");
      assertThat(seen("by hand")).isNull();
      byHand.committed();
    }
    assertThat(seen("by hand")).isEqualTo("new");
  }

  @Test
  void whatCannotTellOfTransactions_keepsNobodyFromAnAnswer() throws Exception {
    Backstop untold =
        open(
            builder ->
                builder.transactions(
                    (owner, joining) -> {
                      throw new IllegalStateException("no registry today");
                    }));
    BackedCache<String, String> answered = cache(untold);
    assertThat(answered.get("k", source)).isEqualTo("loaded");
    answered.put("k", "new");
    assertThat(answered.get("k", never)).isEqualTo("new");
  }
}
