package dev.backstop.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.it.PostgresDatabase;
import dev.backstop.testing.Sql;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes of the version before, as it was built from the last commit whose tables were of version 1,
 * and of this one, on the same tables: in between, a rolling upgrade has both. Nothing was released
 * yet, so that jar is a resource of the tests; a release can be taken from where it was published.
 */
@Tag("reliability")
class RollingUpgradeIT {
  private static final Duration WITHIN = Duration.ofSeconds(2);

  @TempDir private static Path directory;
  private PostgresDatabase database;

  @BeforeEach
  void create() {
    database = PostgresDatabase.create();
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private Node old() throws Exception {
    Path jar =
        Path.of(RollingUpgradeIT.class.getResource("/versions/backstop-schema-1.jar").toURI());
    return Node.startOld(directory, database, jar).awaitOpen();
  }

  private Node current() throws Exception {
    return Node.start(directory, database.jdbcUrl(), database, WITHIN, WallClock.RIGHT).awaitOpen();
  }

  private String version() throws Exception {
    return Sql.ask(
        database.dataSource(),
        "select string_agg(version, ', ' order by installed_rank) from backstop_schema_history"
            + " where success");
  }

  @Test
  void theVersionBefore_goesOnWhileTheTablesAreUpgraded() throws Exception {
    try (Node old = old()) {
      assertThat(version()).isEqualTo("1");
      old.tell("put", "before", "old");
      try (Node current = current()) {
        assertThat(version()).isEqualTo("1, 1.1");
        assertThat(current.tell("fail", "before", "down")).contains(" old ");
        current.tell("put", "yours", "current");
        assertThat(old.tell("fail", "yours", "down")).contains(" current ");
        old.tell("put", "after", "older");
        assertThat(current.tell("fail", "after", "down")).contains(" older ");
      }
    }
  }

  @Test
  void theVersionBefore_startsOnTablesOfThisOne() throws Exception {
    try (Node current = current()) {
      current.tell("put", "k", "current");
      try (Node old = old()) {
        assertThat(old.tell("fail", "k", "down")).contains(" current ");
        assertThat(version()).isEqualTo("1, 1.1");
      }
    }
  }

  /** In the tables. What a node still has in its memory is not told by those that cannot tell. */
  @Test
  void theLatestChangeWins_whicheverVersionMadeIt() throws Exception {
    try (Node old = old();
        Node current = current()) {
      List<Node> both = List.of(old, current);
      for (int i = 0; i < 10; i++) {
        Node first = both.get(i % 2);
        Node second = both.get(1 - i % 2);
        first.tell("put", "put" + i, "first");
        second.tell("put", "put" + i, "second");
        first.tell("put", "removed" + i, "first");
        second.tell("remove", "removed" + i);
        second.tell("remove", "anew" + i);
        first.tell("put", "anew" + i, "first");
      }
    }
    try (Node old = old();
        Node current = current()) {
      for (Node node : List.of(old, current)) {
        for (int i = 0; i < 10; i++) {
          assertThat(node.tell("fail", "put" + i, "down")).contains(" second ");
          assertThat(node.tell("fail", "removed" + i, "down")).contains("IOException: down");
          assertThat(node.tell("fail", "anew" + i, "down")).contains(" first ");
        }
      }
    }
  }

  @Test
  void aClearOfEither_endsWhatBothWrote() throws Exception {
    try (Node old = old();
        Node current = current()) {
      for (Node clears : List.of(old, current)) {
        String turn = clears == old ? "1" : "2";
        old.tell("put", "a" + turn, "old");
        current.tell("put", "b" + turn, "current");
        clears.tell("clear", "-");
        old.tell("put", "c" + turn, "old");
        assertThat(current.tell("fail", "a" + turn, "down")).contains("IOException: down");
        assertThat(old.tell("fail", "b" + turn, "down")).contains("IOException: down");
        assertThat(current.tell("fail", "c" + turn, "down")).contains(" old ");
      }
    }
  }

  /** Each value that a node was told is stored is there, while both versions write side by side. */
  @Test
  void bothVersionsWriteAtOnce_andNothingIsLost() throws Exception {
    int puts = 300;
    List<CompletableFuture<String>> done = new ArrayList<>();
    try (Node old = old();
        Node current = current()) {
      for (int i = 0; i < puts; i++) {
        done.add(old.ask("put", "old" + i, "v" + i));
        done.add(current.ask("put", "current" + i, "v" + i));
      }
      for (CompletableFuture<String> each : done) {
        assertThat(each.get(60, TimeUnit.SECONDS)).isEqualTo("done");
      }
      for (int i = 0; i < puts; i++) {
        assertThat(current.tell("fail", "old" + i, "down")).contains(" v" + i + " ");
        assertThat(old.tell("fail", "current" + i, "down")).contains(" v" + i + " ");
      }
    }
  }
}
