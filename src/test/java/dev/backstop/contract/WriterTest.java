package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupUnavailableException;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Logged;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How backups get into the table. */
class WriterTest extends Fixture {
  private static final int CALLERS = 64;

  private final Source source = new Source("v1");

  @Test
  void sixtyFourConcurrentFirstLoads_areAtMostSixteenCommits() throws Exception {
    BackedCache<String, String> cache = cache();
    Gate firstCommit = new Gate();
    database.forgetStatements();
    database.holdNextAnswer("backstop_backup", firstCommit);
    Started<String> first = Threads.start(() -> cache.get("first", source));
    firstCommit.awaitEntered();
    List<Started<String>> others = new ArrayList<>();
    for (int i = 1; i < CALLERS; i++) {
      String key = "k" + i;
      others.add(Threads.start(() -> cache.get(key, source)));
    }
    others.forEach(caller -> Threads.awaitWaiting(caller.thread())); // each for its commit
    firstCommit.open();
    first.join();
    for (Started<String> caller : others) {
      assertThat(caller.join()).isEqualTo("v1");
    }
    assertThat(count("blob is not null")).isEqualTo(CALLERS);
    assertThat(database.commits()).isEqualTo(2);
  }

  @Test
  void aRowThatTheDatabaseRefuses_isDroppedAloneAndCounted() throws Exception {
    Backstop backstop = open();
    run("alter table backstop_backup add constraint no_poison check (cache_key <> 'poison')");
    BackedCache<String, String> cache = cache(backstop);
    Gate firstCommit = new Gate();
    database.holdNextAnswer("backstop_backup", firstCommit);
    Started<String> first = Threads.start(() -> cache.get("first", source));
    firstCommit.awaitEntered();
    List<Started<String>> others = new ArrayList<>();
    for (String key : List.of("a", "b", "poison", "q", "z")) {
      others.add(Threads.start(() -> cache.get(key, source)));
    }
    others.forEach(caller -> Threads.awaitWaiting(caller.thread()));
    try (Logged logged = new Logged()) {
      firstCommit.open();
      first.join();
      for (Started<String> caller : others) {
        assertThat(caller.join()).isEqualTo("v1");
      }
      assertThat(count("blob is not null")).isEqualTo(5);
      assertThatThrownBy(() -> cache.put("poison", "v2"))
          .isInstanceOf(BackupUnavailableException.class)
          .hasMessageContaining("poison")
          .hasMessageContaining("will not be durable")
          .hasCauseInstanceOf(SQLException.class);
      assertThat(cache.peek("poison").orElseThrow().value()).isEqualTo("v2");
      assertThat(logged.messages(Level.SEVERE))
          .singleElement()
          .asString()
          .containsIgnoringCase("no_poison");
      assertThat(logged.messages(Level.WARNING)).isEmpty();
    }
    assertThat(backstop.writes().refused()).isEqualTo(2);
    assertThat(backstop.writes().written()).isEqualTo(5);
  }

  @Test
  void theDigest_isThatOfTheBlob() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.put("k", "v1");
    assertThat(digest()).isEqualTo(sha256("v1"));
    cache.put("k", "v2");
    assertThat(digest()).isEqualTo(sha256("v2"));
    cache.remove("k");
    assertThat(digest()).isNull();
    cache.put("k", "v2");
    assertThat(afterRestart().peek("k").orElseThrow().value()).isEqualTo("v2");
  }

  /** Told by a digest that is not the blob's: only what is left alone stays what it was. */
  @Test
  void anUnchangedBlob_isNotWrittenAgain() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.put("k", "first");
    String before = ask("select expires_at from backstop_backup");
    try (Connection connection = shared().dataSource().getConnection();
        PreparedStatement update =
            connection.prepareStatement("update backstop_backup set digest = ?")) {
      update.setBytes(1, sha256("second"));
      update.executeUpdate();
    }
    clock.advance(MOMENT);
    cache.put("k", "second");
    assertThat(ask("select expires_at from backstop_backup")).isNotEqualTo(before);
    assertThat(afterRestart().peek("k").orElseThrow().value()).isEqualTo("first");
    cache().put("k", "third");
    assertThat(afterRestart().peek("k").orElseThrow().value()).isEqualTo("third");
  }

  /** Somebody made a tombstone by hand, and left the digest. */
  @Test
  void aBlobThatIsNotThere_isWrittenWhateverTheDigestSays() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.put("k", "v");
    run("update backstop_backup set blob = null");
    cache.put("k", "v");
    assertThat(afterRestart().peek("k").orElseThrow().value()).isEqualTo("v");
  }

  @Test
  void clearsInAnOutage_areQueuedAsOne() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    cache.get("k", source);
    database.refuse();
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(cache::clear).isInstanceOf(BackupUnavailableException.class);
    }
    assertThat(backstop.writes().waiting()).isEqualTo(1);
    database.restore();
    Eventually.holds(() -> backstop.writes().waiting() == 0, "it is written");
    assertThat(afterRestart().peek("k")).isEmpty();
  }

  private static byte @Nullable [] digest() throws SQLException {
    try (Connection connection = shared().dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select digest from backstop_backup")) {
      row.next();
      return row.getBytes(1);
    }
  }

  /** Of a text as JSON. */
  private static byte[] sha256(String text) throws Exception {
    return MessageDigest.getInstance("SHA-256")
        .digest(('"' + text + '"').getBytes(StandardCharsets.UTF_8));
  }

  private static long count(String where) throws SQLException {
    return Long.parseLong(ask("select count(*) from backstop_backup where " + where));
  }
}
