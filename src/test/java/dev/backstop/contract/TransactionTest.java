package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.CacheTransaction;
import dev.backstop.GenericType;
import dev.backstop.Loader;
import dev.backstop.Policy;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Sql;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a transaction changes takes effect after its commit; here one that is driven by hand. */
class TransactionTest extends Fixture {
  private final Source source = new Source("loaded");
  private final Source never = Source.failing();

  /** What another thread, which is in no transaction, finds without a load; or null. */
  private static @Nullable String seen(BackedCache<String, String> cache, String key)
      throws Exception {
    return Threads.start(() -> cache.peek(key).map(entry -> entry.value()).orElse(null)).join();
  }

  record Change(String name, Consumer<BackedCache<String, String>> of, @Nullable String after) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Of key k, which has the value "old". */
  static Stream<Change> changes() {
    return Stream.of(
        new Change("put", cache -> cache.put("k", "new"), "new"),
        new Change("put with ttl", cache -> cache.put("k", "new", TTL), "new"),
        new Change("put as of", cache -> cache.put("k", "new", TTL, Instant.MAX), "new"),
        new Change("putAll", cache -> cache.putAll(Map.of("k", "new")), "new"),
        new Change("putAll with ttl", cache -> cache.putAll(Map.of("k", "new"), TTL), "new"),
        new Change("remove", cache -> cache.remove("k"), null),
        new Change("removeAll", cache -> cache.removeAll(List.of("k")), null),
        new Change("expire", cache -> cache.expire("k"), null),
        new Change("clear", BackedCache::clear, null),
        new Change("expire before", cache -> cache.expireCreatedBefore(Instant.MAX), null),
        new Change("remove before", cache -> cache.removeCreatedBefore(Instant.MAX), null));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void aChangeTakesEffectAfterTheCommit(Change change) throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    cache.put("k", "old");
    try (CacheTransaction transaction = backstop.transaction()) {
      change.of.accept(cache);
      assertThat(seen(cache, "k")).isEqualTo("old");
      assertThat(cache.peek("k").map(entry -> entry.value()).orElse(null)).isEqualTo(change.after);
      assertThat(cache.contains("k")).isEqualTo(change.after != null);
      transaction.committed();
    }
    assertThat(seen(cache, "k")).isEqualTo(change.after);
    BackedCache<String, String> restarted = afterRestart();
    assertThat(restarted.peek("k").map(entry -> entry.value()).orElse(null))
        .isEqualTo(change.after);
  }

  @ParameterizedTest
  @MethodSource("changes")
  void withoutItsCommit_aChangeTakesNoEffectAtAll(Change change) throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    cache.put("k", "old");
    database.forgetStatements();
    try (CacheTransaction unused = backstop.transaction()) {
      change.of.accept(cache);
    }
    assertThat(cache.get("k", never)).isEqualTo("old");
    assertThat(database.statements()).isEmpty();
    assertThat(afterRestart().peek("k")).isPresent();
  }

  @ParameterizedTest
  @MethodSource("changes")
  void outsideOfATransaction_aChangeActsAtOnce(Change change) throws Exception {
    BackedCache<String, String> cache = cache();
    cache.put("k", "old");
    change.of.accept(cache);
    assertThat(seen(cache, "k")).isEqualTo(change.after);
  }

  @Test
  void aTransactionGetsWhatItPut_andLoadsWhatItRemoved() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    cache.put("removed", "old");
    cache.put("expired", "old");
    try (CacheTransaction transaction = backstop.transaction()) {
      cache.put("put", "new");
      cache.remove("removed");
      cache.expire("expired");
      assertThat(cache.get("put", never)).isEqualTo("new");
      assertThat(cache.stamp("put")).isPresent();
      assertThat(cache.get("removed", source)).isEqualTo("loaded");
      assertThat(cache.get("expired", source)).isEqualTo("loaded");
      assertThat(source.calls()).isEqualTo(2);
      assertThat(cache.get("removed", never)).isEqualTo("loaded"); // its own load
      Map<String, String> all =
          cache.getAll(
              Set.of("put", "removed", "more"),
              keys -> {
                assertThat(keys).containsExactly("more");
                return Map.of("more", "bulk");
              },
              Policy.unset());
      assertThat(all)
          .containsOnly(
              Map.entry("put", "new"), Map.entry("removed", "loaded"), Map.entry("more", "bulk"));
      assertThat(seen(cache, "put")).isNull();
      assertThat(seen(cache, "removed")).isEqualTo("old");
      assertThat(seen(cache, "more")).isNull();
      transaction.committed();
    }
    assertThat(seen(cache, "put")).isEqualTo("new");
    assertThat(seen(cache, "removed")).isNull();
    assertThat(seen(cache, "more")).isEqualTo("bulk");
  }

  @Test
  void whatATransactionRemoved_doesNotStandInForIt_andWhatItExpiredDoes() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    cache.put("removed", "old");
    cache.put("expired", "old");
    try (CacheTransaction transaction = backstop.transaction()) {
      cache.remove("removed");
      cache.expire("expired");
      assertThatThrownBy(() -> cache.get("removed", never)).hasMessageContaining("down");
      assertThat(cache.get("expired", never)).isEqualTo("old");
      assertThat(cache.peek("expired")).isEmpty(); // it stands in for this call alone
      transaction.committed();
    }
  }

  @Test
  void ofOneKeyTheLastChangeCounts() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    try (CacheTransaction transaction = backstop.transaction()) {
      cache.put("removed", "new");
      cache.remove("removed");
      cache.remove("put");
      cache.put("put", "new");
      cache.put("expired", "new");
      cache.expire("expired");
      cache.remove("gone");
      cache.expire("gone");
      cache.put("cleared", "new");
      transaction.committed();
    }
    assertThat(seen(cache, "removed")).isNull();
    assertThat(seen(cache, "put")).isEqualTo("new");
    assertThat(seen(cache, "expired")).isNull();
    assertThat(cache.get("expired", never)).isEqualTo("new"); // it can stand in
    assertThatThrownBy(() -> cache.get("gone", never)).hasMessageContaining("down");
    try (CacheTransaction transaction = backstop.transaction()) {
      cache.clear();
      cache.put("after", "new");
      assertThat(cache.get("after", never)).isEqualTo("new");
      assertThat(cache.peek("cleared")).isEmpty();
      transaction.committed();
    }
    assertThat(seen(cache, "cleared")).isNull();
    assertThat(seen(cache, "after")).isEqualTo("new");
  }

  /** In their order, whether of one key or of all. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatWasPutIsEndedByWhatComesAfterIt(boolean removes) throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    try (CacheTransaction transaction = backstop.transaction()) {
      cache.put("before", "new");
      if (removes) {
        cache.clear();
      } else {
        cache.expireCreatedBefore(Instant.MAX);
      }
      cache.put("after", "new");
      assertThat(cache.contains("before")).isFalse();
      assertThat(cache.contains("after")).isTrue();
      transaction.committed();
    }
    assertThat(seen(cache, "before")).isNull();
    assertThat(seen(cache, "after")).isEqualTo("new");
    BackedCache<String, String> restarted = afterRestart();
    assertThat(restarted.contains("after")).isTrue();
    assertThat(restarted.contains("before")).isFalse();
    if (removes) {
      assertThatThrownBy(() -> restarted.get("before", never)).hasMessageContaining("down");
    } else {
      assertThat(restarted.get("before", never)).isEqualTo("new");
    }
  }

  @Test
  void addActsAtOnce() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    try (CacheTransaction unused = backstop.transaction()) {
      assertThat(cache.add("k", "added", TTL)).isTrue();
      assertThat(seen(cache, "k")).isEqualTo("added");
    }
    assertThat(seen(cache, "k")).isEqualTo("added");
  }

  /** The classic fault: somebody reloads the old row between the invalidation and the commit. */
  @Test
  void whoReloadsBeforeTheCommit_doesNotBringTheOldRowBack() throws Exception {
    run(
        "create table book (id int primary key, title varchar(20))",
        "insert into book values (1, 'old')");
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    cache.get("book", title());
    try (Connection connection = shared().dataSource().getConnection();
        CacheTransaction transaction = backstop.transaction()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("update book set title = 'new'");
      }
      cache.remove("book");
      assertThat(Threads.start(() -> cache.get("book", title())).join()).isEqualTo("old");
      connection.commit();
      transaction.committed();
    }
    assertThat(cache.get("book", title())).isEqualTo("new");
    run("drop table book");
  }

  private static Loader<String, SQLException> title() {
    return () -> Sql.ask(shared().dataSource(), "select title from book");
  }

  @Test
  void aTransactionIsForOneThread_andDoesNotNest() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    try (CacheTransaction transaction = backstop.transaction()) {
      assertThatThrownBy(backstop::transaction)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("do not nest");
      cache.put("k", "new");
      for (Runnable foreign : List.<Runnable>of(transaction::committed, transaction::close)) {
        Throwable failure =
            Threads.start(
                    () -> {
                      foreign.run();
                      return null;
                    })
                .outcome()
                .failure();
        assertThat(failure)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining(Thread.currentThread().getName());
      }
      Threads.start(
              () -> {
                try (CacheTransaction other = backstop.transaction()) {
                  cache.put("other", "new");
                  other.committed();
                  return null;
                }
              })
          .join();
      assertThat(seen(cache, "other")).isEqualTo("new");
      assertThat(seen(cache, "k")).isNull();
      transaction.committed();
      assertThat(seen(cache, "k")).isEqualTo("new");
      cache.put("after", "new"); // it has ended
      assertThat(seen(cache, "after")).isEqualTo("new");
      assertThatThrownBy(transaction::committed)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("has ended");
    }
    CacheTransaction next = backstop.transaction();
    next.close();
    next.close();
    assertThatThrownBy(next::committed).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whereTheBackstopIsClosedBeforeTheCommit_whatWasChangedIsExpired() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    cache.put("put", "old");
    cache.put("removed", "old");
    cache.put("other", "old");
    try (CacheTransaction transaction = backstop.transaction()) {
      cache.put("put", "new");
      cache.remove("removed");
      backstop.close();
      assertThatThrownBy(transaction::committed).isInstanceOf(IllegalStateException.class);
    }
    assertThatThrownBy(backstop::transaction).isInstanceOf(IllegalStateException.class);
    BackedCache<String, String> restarted = afterRestart();
    assertThat(restarted.contains("put")).isFalse();
    assertThat(restarted.contains("removed")).isFalse();
    assertThat(restarted.contains("other")).isTrue();
    assertThat(restarted.get("put", never)).isEqualTo("old");
  }

  @ParameterizedTest
  @MethodSource("changes")
  void whereTheBackstopIsClosedBeforeTheCommit_noChangeIsLost(Change change) throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    cache.put("k", "old");
    try (CacheTransaction unused = backstop.transaction()) {
      change.of.accept(cache);
      backstop.close();
    }
    BackedCache<String, String> restarted = afterRestart();
    assertThat(restarted.contains("k")).isFalse();
    assertThat(restarted.get("k", never)).isEqualTo("old");
  }

  @Test
  void committedWaitsUntilItIsDurable_asAChangeDoes() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    Gate commit = new Gate();
    Started<Void> writer =
        Threads.start(
            () -> {
              try (CacheTransaction transaction = backstop.transaction()) {
                cache.put("k", "new");
                database.holdNextAnswer("backstop_backup", commit);
                transaction.committed();
                return null;
              }
            });
    commit.awaitEntered();
    Threads.awaitWaiting(writer.thread());
    assertThat(seen(cache, "k")).isEqualTo("new"); // in this process it holds
    commit.open();
    writer.join();
  }

  @Test
  void inACopiedCache_aTransactionGetsCopiesOfItsOwn() throws Exception {
    Backstop backstop = open();
    BackedCache<String, List<String>> cache =
        backstop.cache(
            CacheSpec.of("lists", String.class, new GenericType<List<String>>() {}).copied());
    try (CacheTransaction transaction = backstop.transaction()) {
      List<String> list = new ArrayList<>(List.of("put"));
      cache.put("k", list);
      list.add("later");
      cache.get("k", List::of).add("of a caller");
      assertThat(cache.get("k", List::of)).containsExactly("put");
      assertThat(cache.get("loaded", () -> List.of("loaded"))).containsExactly("loaded");
      transaction.committed();
    }
    assertThat(cache.get("k", List::of)).containsExactly("put");
    assertThat(cache.get("loaded", List::of)).containsExactly("loaded");
  }

  @Test
  void badArgumentsAreRefusedAsOutside_andChangeNothing() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    try (CacheTransaction transaction = backstop.transaction()) {
      assertThatThrownBy(() -> cache.put("\0", "v")).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> cache.put("k", null)).isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> cache.put("k", "v", Duration.ZERO))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> cache.remove(null)).isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> cache.putAll(Map.of("k", "v", "\0", "v"), TTL))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> cache.removeAll(List.of("\0", "k")))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> cache.remove("\0")).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> cache.expireCreatedBefore(null))
          .isInstanceOf(NullPointerException.class);
      transaction.committed();
    }
    assertThat(seen(cache, "k")).isNull();
  }
}
