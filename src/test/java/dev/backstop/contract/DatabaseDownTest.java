package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.backstop.BackedCache;
import dev.backstop.BackupUnavailableException;
import dev.backstop.Entry;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** What callers meet of the database's trouble: from a get, nothing. */
class DatabaseDownTest extends Fixture {
  private final Source source = new Source("v1");

  @Test
  void atTheStart_getsGoOnAndTheWritesAreMadeUpFor() throws Exception {
    database.refuse();
    BackedCache<String, String> cache = cache();
    assertThat(cache.get("k", source)).isEqualTo("v1");
    assertThat(cache.entry("k", source, Policy.ttl(TTL)).origin()).isEqualTo(Origin.FAST);
    database.restore();
    awaitBackup("k");
    assertThat(afterRestart().peek("k").orElseThrow().value()).isEqualTo("v1");
  }

  @Test
  void atTheStart_aFailingGetThrowsTheLoadersOwnException() throws Exception {
    database.refuse();
    BackedCache<String, String> cache = cache();
    IOException failure = source.fail();
    assertThat(catchThrowable(() -> cache.get("k", source))).isSameAs(failure);
  }

  @Test
  void atTheStart_withFailFast_buildThrows() {
    database.refuse();
    assertThatThrownBy(() -> open(builder -> builder.failFast(true)))
        .isInstanceOf(BackupUnavailableException.class)
        .hasRootCauseInstanceOf(SQLException.class);
  }

  @Test
  void peekContainsAndStamp_answerFromTheFastTierAlone() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.put("durable", "v1");
    Entry<String> loaded = cache.entry("k", source, Policy.ttl(TTL));
    database.refuse();
    assertThat(cache.peek("k").orElseThrow().value()).isEqualTo("v1");
    assertThat(cache.contains("k")).isTrue();
    assertThat(cache.stamp("k")).contains(loaded.createdAt());
    assertThat(cache.peek("unknown")).isEmpty();
    assertThat(cache.contains("unknown")).isFalse();
    assertThat(cache.stamp("unknown")).isEmpty();
  }

  @Test
  void aPut_saysSoAndHoldsAndIsMadeUpFor() throws Exception {
    BackedCache<String, String> cache = cache();
    database.refuse();
    assertUnavailable(() -> cache.put("k", "put"));
    assertThat(cache.get("k", source)).isEqualTo("put");
    database.restore();
    awaitBackup("k");
    assertThat(afterRestart().peek("k").orElseThrow().value()).isEqualTo("put");
  }

  @Test
  void aRemoval_saysSoAndHoldsAndIsMadeUpFor() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    database.refuse();
    assertUnavailable(() -> cache.remove("k"));
    assertThat(cache.peek("k")).isEmpty();
    IOException failure = source.fail();
    assertThat(catchThrowable(() -> cache.get("k", source))).isSameAs(failure);
    database.restore();
    Eventually.holds(() -> count("blob is null") == 1, "the tombstone is written");
    assertThat(afterRestart().peek("k")).isEmpty();
  }

  @Test
  void anExpiry_saysSoAndHoldsAndIsMadeUpFor() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    database.refuse();
    assertUnavailable(() -> cache.expire("k"));
    assertThat(cache.peek("k")).isEmpty();
    source.fail();
    assertThat(cache.get("k", source)).isEqualTo("v1"); // the copy in hand still stands in
    database.restore();
    Eventually.holds(() -> count("expired_at is not null") == 1, "the expiry is written");
    assertThat(afterRestart().peek("k")).isEmpty();
  }

  @Test
  void aClear_saysSoAndHoldsAndIsMadeUpFor() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    database.refuse();
    assertUnavailable(cache::clear);
    assertThat(cache.peek("k")).isEmpty();
    IOException failure = source.fail();
    assertThat(catchThrowable(() -> cache.get("k", source))).isSameAs(failure);
    database.restore();
    Eventually.holds(
        () ->
            "1"
                .equals(
                    askQuietly(
                        "select count(*) from backstop_cache where cleared_before is not null")),
        "it is written");
    assertThat(afterRestart().peek("k")).isEmpty();
  }

  @Test
  void anAdd_needsTheDatabaseAndLeavesNothing() throws Exception {
    BackedCache<String, String> cache = cache();
    database.refuse();
    assertThatThrownBy(() -> cache.add("k", "added", TTL))
        .isInstanceOf(BackupUnavailableException.class);
    assertThat(cache.peek("k")).isEmpty();
    database.restore();
    Eventually.holds(
        () -> {
          try {
            return cache.add("k", "added", TTL);
          } catch (BackupUnavailableException stillOut) {
            return false;
          }
        },
        "backups are back");
  }

  @Test
  void anOutage_isLoggedOnceAtEachEnd() throws Exception {
    BackedCache<String, String> cache = cache();
    List<LogRecord> records = new CopyOnWriteArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            records.add(record);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("dev.backstop");
    Level before = logger.getLevel();
    logger.setLevel(Level.INFO);
    logger.addHandler(handler);
    try {
      database.refuse();
      for (int i = 0; i < 20; i++) {
        cache.get("k" + i, source);
      }
      database.restore();
      Eventually.holds(() -> count("blob is not null") == 20, "all writes are made up for");
      Eventually.holds(() -> records.size() == 2, "both ends are told");
      assertThat(records)
          .extracting(LogRecord::getLevel)
          .containsExactly(Level.WARNING, Level.INFO);
    } finally {
      logger.removeHandler(handler);
      logger.setLevel(before);
    }
  }

  @Test
  void aReadThatHangs_isWaitedForAsLongAsTheBoundAndByNobodyElse() throws Exception {
    BackedCache<String, String> cache =
        cache(open(builder -> builder.backupTimeout(Duration.ofMillis(300))));
    Gate gate = new Gate();
    database.holdNextAnswer("backstop_backup", gate);
    try {
      IOException failure = source.fail();
      assertThat(catchThrowable(() -> cache.get("k", source))).isSameAs(failure);
      assertThat(failure.getSuppressed())
          .singleElement()
          .isInstanceOf(BackupUnavailableException.class);
      assertThat(gate.wasEntered()).isTrue(); // it hangs still
      assertThat(cache.peek("k")).isEmpty();
    } finally {
      gate.open();
    }
  }

  @Test
  void aRowThatTheDatabaseRefuses_doesNotBlockTheOthers() throws Exception {
    BackedCache<String, String> cache = cache();
    database.failNext(1, "backstop_backup", new SQLException("Refused by the test", "22000"));
    assertThat(cache.get("refused", source)).isEqualTo("v1");
    assertThat(cache.get("k", source)).isEqualTo("v1");
    assertThat(count("cache_key = 'k'")).isEqualTo(1);
    assertThat(count("cache_key = 'refused'")).isZero();
    assertThat(cache.peek("refused").orElseThrow().value()).isEqualTo("v1");
  }

  @Test
  void aCollision_isTriedAgain() throws Exception {
    BackedCache<String, String> cache = cache();
    for (String state : List.of("40001", "40P01", "23505")) {
      database.failNext(3, "backstop_backup", new SQLException("Collided in the test", state));
      cache.get(state, source);
      assertThat(count("cache_key = '" + state + "'")).isEqualTo(1);
      database.failNext(3, "backstop_backup", new SQLException("Collided in the test", state));
      assertThat(cache.add("add " + state, "v", TTL)).isTrue();
    }
  }

  private static void assertUnavailable(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable change) {
    assertThatThrownBy(change)
        .isInstanceOf(BackupUnavailableException.class)
        .hasMessageContaining("queued")
        .hasMessageContaining("feeds");
  }

  private static void awaitBackup(String key) {
    Eventually.holds(() -> count("cache_key = '" + key + "'") == 1, "the write is retried");
  }

  private static long count(String where) {
    String answer = askQuietly("select count(*) from backstop_backup where " + where);
    return answer == null ? -1 : Long.parseLong(answer);
  }

  /** Null while the tables are not there. */
  private static String askQuietly(String query) {
    try {
      return ask(query);
    } catch (SQLException notYet) {
      return null;
    }
  }
}
