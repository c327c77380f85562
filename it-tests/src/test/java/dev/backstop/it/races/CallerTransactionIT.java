package dev.backstop.it.races;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.it.PostgresDatabase;
import dev.backstop.testing.Effort;
import dev.backstop.testing.Outcome;
import dev.backstop.testing.Sql;
import dev.backstop.testing.Tally;
import dev.backstop.testing.Threads;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Callers with a transaction of their own open, on the database of the backups, of each isolation,
 * with rows of theirs locked; half of them roll it back. No backup is lost with it, or joins it,
 * and none of them fails for the sake of a backup.
 */
@Tag("reliability")
class CallerTransactionIT {
  private static final int THREADS = 4;
  private static final int[] ISOLATIONS = {
    Connection.TRANSACTION_READ_COMMITTED,
    Connection.TRANSACTION_REPEATABLE_READ,
    Connection.TRANSACTION_SERIALIZABLE
  };

  private final Random random = new Random();
  private final AtomicInteger values = new AtomicInteger();
  private final AtomicInteger rolledBack = new AtomicInteger();
  private final AtomicInteger committed = new AtomicInteger();

  /** What a row of the application's must hold in the end. */
  private final ConcurrentMap<Integer, String> applied = new ConcurrentHashMap<>();

  private PostgresDatabase database;
  private BackedCache<String, String> cache;

  @Test
  void whatCallersDoWithTheirTransactions_isNothingToBackups() throws Exception {
    try (PostgresDatabase created = PostgresDatabase.create();
        Backstop backstop =
            Backstop.builder()
                .dataSource(created.dataSource())
                .backupTimeout(Duration.ofSeconds(20))
                .build()) {
      database = created;
      cache =
          backstop.cache(CacheSpec.of("feeds", String.class, String.class).ttl(Duration.ofDays(1)));
      Sql.run(
          database.dataSource(),
          "create table application (id integer primary key, text varchar)",
          "insert into application select id, '' from generate_series(0, "
              + (THREADS - 1)
              + ") id");
      int rounds = Effort.of(6, 500);
      for (int round = 0; round < rounds; round++) {
        round("round " + round + " key ");
      }
      Tally.note(
          CallerTransactionIT.class,
          committed + " transactions of callers committed, " + rolledBack + " rolled back");
    }
  }

  private void round(String prefix) throws Exception {
    List<History> keys = List.of(new History(), new History());
    List<Callable<Void>> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int id = i;
      Random own = new Random(random.nextLong());
      threads.add(
          () -> {
            for (int j = 0; j < 5; j++) {
              transaction(own, id, prefix, keys);
            }
            return null;
          });
    }
    for (Outcome<Void> outcome : Threads.together(threads)) {
      assertThat(outcome.failure()).isNull();
    }
    for (int i = 0; i < keys.size(); i++) {
      String key = prefix + i;
      String left =
          Sql.ask(
              database.dataSource(),
              "select replace(convert_from(blob, 'UTF8'), '\"', '') from backstop_backup"
                  + " where cache_key = ?",
              key);
      assertThat(keys.get(i).allows(left, History.EVERYWHERE))
          .as("%s: the table has %s of %s", key, left, keys.get(i))
          .isTrue();
    }
    applied.forEach(
        (id, text) -> {
          try {
            assertThat(
                    Sql.ask(database.dataSource(), "select text from application where id = ?", id))
                .isEqualTo(text);
          } catch (SQLException e) {
            throw new AssertionError(e);
          }
        });
  }

  private void transaction(Random own, int id, String prefix, List<History> keys)
      throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      connection.setTransactionIsolation(ISOLATIONS[own.nextInt(ISOLATIONS.length)]);
      connection.setAutoCommit(false);
      String text = "text " + values.incrementAndGet();
      try (PreparedStatement update =
          connection.prepareStatement("update application set text = ? where id = ?")) {
        update.setString(1, text);
        update.setInt(2, id);
        assertThat(update.executeUpdate()).isOne();
      }
      for (int i = 0; i < 3; i++) {
        int key = own.nextInt(keys.size());
        call(own.nextInt(3), prefix + key, keys.get(key));
      }
      if (own.nextBoolean()) {
        connection.commit();
        committed.incrementAndGet();
        applied.put(id, text);
      } else {
        connection.rollback();
        rolledBack.incrementAndGet();
      }
    } catch (SQLException serialization) { // its rows are on one page with those of the others
      assertThat(serialization.getSQLState()).as("%s", serialization).isEqualTo("40001");
      rolledBack.incrementAndGet();
    }
  }

  private void call(int what, String key, History history) {
    String value = "value " + values.incrementAndGet();
    switch (what) {
      case 0 -> {
        History.Done put = history.change(0, value);
        cache.put(key, value);
        put.end();
      }
      case 1 -> {
        History.Done removal = history.change(0, null);
        cache.remove(key);
        removal.end();
      }
      default -> {
        History.Done[] load = {null};
        long asked = System.nanoTime();
        cache.get(
            key,
            () -> {
              load[0] = history.load(0, value, asked);
              return value;
            });
        if (load[0] != null) {
          load[0].end();
        }
      }
    }
  }
}
