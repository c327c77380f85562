package dev.backstop.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.it.PostgresDatabase;
import dev.backstop.testing.Sql;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four JVMs that all cull, of which some are not there for a time. */
@Tag("reliability")
class CullsOfNodesIT {
  private static final int NODES = 4;
  private static final Duration WITHIN = Duration.ofSeconds(4);
  private static final int ROWS = 3_000;

  /** From when on somebody was there all the time. */
  private static final String SINCE =
      "select extract(epoch from alive_since)::bigint from backstop_cache where cache_name = ':'";

  @TempDir private static Path directory;
  private static PostgresDatabase database;
  private static Nodes nodes;

  @BeforeAll
  static void start() throws Exception {
    database = PostgresDatabase.create();
    nodes = new Nodes(NODES, directory, database, WITHIN);
  }

  @AfterAll
  static void end() throws Exception {
    nodes.close();
    database.close();
  }

  private static void run(String... statements) throws SQLException {
    Sql.run(database.dataSource(), statements);
  }

  private static long ask(String query) throws SQLException {
    return Long.parseLong(Sql.ask(database.dataSource(), query));
  }

  /** Rows of which every other one is past its ttl for days, and nobody asked for it. */
  private static void makeRows() throws Exception {
    nodes.get(0).tell("put", "template", "v");
    nodes.get(0).tell("cull", "-"); // and so a heartbeat
    run(
        "update backstop_cache set away_micros = 0",
        "delete from backstop_backup where cache_key <> 'template'",
        "insert into backstop_backup (cache_name, cache_key, blob, created_at, last_access,"
            + " expires_at, codec, format, type_fingerprint, blob_bytes)"
            + " select cache_name, 'k' || n, blob, created_at - age, last_access - age,"
            + " expires_at - age, codec, format, type_fingerprint, blob_bytes"
            + " from backstop_backup, lateral (select n, n % 2 * interval '9 days' as age"
            + " from generate_series(1, "
            + ROWS
            + ") n) s where cache_key = 'template'");
  }

  /** All of them at once; returns how many rows each says it has culled, and excess rows. */
  private static List<long[]> cullAll() throws Exception {
    List<CompletableFuture<String>> asked = new ArrayList<>();
    for (Node node : nodes.all) {
      asked.add(node.ask("cull", "-", "-"));
    }
    List<long[]> reports = new ArrayList<>();
    for (CompletableFuture<String> each : asked) {
      String answer = each.get(60, TimeUnit.SECONDS);
      reports.add(Stream.of(answer.split(" ")).mapToLong(Long::parseLong).toArray());
    }
    return reports;
  }

  @Test
  void allAtOnce_deleteEachRowOnce() throws Exception {
    makeRows();
    List<long[]> reports = cullAll();
    assertThat(reports.stream().mapToLong(report -> report[0]).sum()).isEqualTo(ROWS / 2);
    assertThat(ask("select count(*) from backstop_backup where cache_name = 'feeds'"))
        .isEqualTo(ROWS / 2 + 1);
    assertThat(ask("select deadlocks from pg_stat_database where datname = current_database()"))
        .isZero();
  }

  @Test
  void allAtOnce_leaveWhatALimitAllows() throws Exception {
    for (int i = 0; i < 2 * NodeProgram.LIMIT; i++) {
      nodes.get(i % NODES).tell("limited", "k" + i, "v");
    }
    List<long[]> reports = cullAll();
    assertThat(reports.stream().mapToLong(report -> report[1]).sum()).isEqualTo(NodeProgram.LIMIT);
    assertThat(ask("select count(*) from backstop_backup where cache_name = 'limited'"))
        .isEqualTo(NodeProgram.LIMIT);
    assertThat(
            ask(
                "select count(*) from backstop_backup where cache_name = 'limited'"
                    + " and substring(cache_key from 2)::int >= "
                    + NodeProgram.LIMIT))
        .isEqualTo(NodeProgram.LIMIT);
  }

  @Test
  void whileOneIsThere_theTimeOfTheOthersPassesToo() throws Exception {
    makeRows();
    for (Node node : nodes.all.subList(1, NODES)) {
      node.signal("STOP");
    }
    try {
      assertThat(nodes.get(0).tell("cull", "-")).isEqualTo(ROWS / 2 + " 0");
    } finally {
      for (Node node : nodes.all.subList(1, NODES)) {
        node.signal("CONT");
      }
    }
    long since = ask(SINCE);
    cullAll();
    assertThat(ask(SINCE)).as("nobody was away").isEqualTo(since);
  }

  /** The last of them beat nine days ago. */
  @Test
  void afterAllWereAway_whatTheyHeldIsNotIdle() throws Exception {
    makeRows();
    for (Node node : nodes.all) {
      node.signal("STOP");
    }
    run(
        "update backstop_cache set alive_at = alive_at - interval '9 days',"
            + " alive_since = alive_since - interval '9 days'");
    try (Nodes later = new Nodes(2, directory, database, WITHIN)) {
      for (Node node : later.all) {
        assertThat(node.tell("cull", "-")).isEqualTo("0 0");
      }
    } finally {
      for (Node node : nodes.all) {
        node.signal("CONT");
      }
    }
    assertThat(ask("select count(*) from backstop_backup where cache_name = 'feeds'"))
        .isEqualTo(ROWS + 1);
  }
}
