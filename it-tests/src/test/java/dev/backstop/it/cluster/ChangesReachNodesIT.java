package dev.backstop.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.it.PostgresDatabase;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Tally;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Four JVMs on one PostgreSQL: what one changes, the others hear of, or serve nothing. */
@Tag("reliability")
class ChangesReachNodesIT {
  private static final int NODES = 4;
  private static final Duration WITHIN = Duration.ofSeconds(4);

  /** Four questions fit into the bound: without a bell, half of all would take half of this. */
  private static final Duration BETWEEN_QUESTIONS = WITHIN.dividedBy(4);

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

  @ParameterizedTest
  @CsvSource({
    "remove, removed, removed",
    "expire, expired, expired",
    "put, put, put",
    "prefix, prefixed, pre",
    "clear, cleared, cleared"
  })
  void whatOneNodeChanges_allHear(String what, String key, String parameter) throws Exception {
    nodes.hold(key, "old");
    nodes.get(0).tell(what, parameter, "new");
    for (Node node : nodes.all.subList(1, NODES)) {
      awaitHeard(node, key);
    }
  }

  private static void awaitHeard(Node node, String key) {
    Eventually.holds(() -> !peek(node, key).contains(" old "), "the change is heard");
  }

  private static String peek(Node node, String key) {
    try {
      return node.tell("peek", key);
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void theDatabaseWakesThem() throws Exception {
    List<Long> micros = new ArrayList<>();
    for (int i = 0; i < 21; i++) {
      String key = "woken" + i;
      nodes.hold(key, "old");
      nodes.get(0).tell("remove", key);
      long committed = System.nanoTime();
      awaitHeard(nodes.get(1 + i % (NODES - 1)), key);
      micros.add((System.nanoTime() - committed) / 1_000);
    }
    long median = micros.stream().sorted().toList().get(micros.size() / 2);
    Tally.note(
        ChangesReachNodesIT.class,
        "heard after %,d microseconds at the median of %d, %,d at most"
            .formatted(median, micros.size(), micros.stream().max(Long::compare).orElseThrow()));
    assertThat(Duration.ofNanos(median * 1_000)).isLessThan(BETWEEN_QUESTIONS.dividedBy(4));
  }

  /** As a machine that sleeps, or a garbage collection that takes long. */
  @Test
  void aNodeThatWasStopped_servesNothingItMayHaveMissed() throws Exception {
    nodes.hold("stopped", "old");
    nodes.get(1).signal("STOP");
    try {
      nodes.get(0).tell("remove", "stopped");
      awaitPast(WITHIN);
    } finally {
      nodes.get(1).signal("CONT");
    }
    assertThat(nodes.get(1).tell("get", "stopped", "new")).contains(" new ");
  }

  /** Nobody waits for this time to pass but those who may be wrong until then. */
  private static void awaitPast(Duration bound) {
    long end = System.nanoTime() + bound.toNanos();
    while (System.nanoTime() - end <= 0) {
      LockSupport.parkNanos(end - System.nanoTime() + 1);
    }
  }

  @Test
  void aNodeThatIsCutOff_servesNothingItMayHaveMissed_andHearsItAllAfterwards() throws Exception {
    nodes.hold("cut", "old");
    nodes.hold("kept", "old");
    nodes.networks.get(2).hold();
    try {
      nodes.get(0).tell("remove", "cut");
      awaitPast(WITHIN);
      assertThat(nodes.get(2).tell("get", "cut", "new")).contains(" new ");
      assertThat(nodes.get(2).tell("fail", "kept", "down")).startsWith("! ");
    } finally {
      nodes.networks.get(2).goOn();
    }
    Eventually.within(
        Duration.ofMinutes(1), () -> peek(nodes.get(2), "kept").startsWith("FAST old "));
    assertThat(peek(nodes.get(2), "kept")).startsWith("FAST old ");
    assertThat(nodes.get(2).tell("get", "cut", "newer")).doesNotContain(" old ");
  }

  /** The connections are whole, as far as anybody can tell. */
  @Test
  void aConnectionThatWasForgotten_isNotReliedOn() throws Exception {
    nodes.hold("forgotten", "old");
    nodes.networks.get(3).forget();
    nodes.get(0).tell("remove", "forgotten");
    awaitPast(WITHIN);
    assertThat(nodes.get(3).tell("get", "forgotten", "new")).contains(" new ");
  }

  @Test
  void aRestartOfTheDatabase_isOutlived() throws Exception {
    nodes.hold("restarted", "old");
    database.server().stop();
    database.server().start();
    for (int i = 0; i < NODES; i++) {
      Node node = nodes.get(i);
      Eventually.within(
          Duration.ofMinutes(1), () -> peek(node, "restarted").startsWith("FAST old "));
    }
    nodes.get(1).tell("remove", "restarted");
    for (Node node : nodes.all) {
      awaitHeard(node, "restarted");
    }
    theDatabaseWakesThem();
  }

  @Test
  void aNodeThatWasKilledAfterItsChange_isHeard() throws Exception {
    try (Nodes more = new Nodes(1, directory, database, WITHIN)) {
      nodes.hold("killed", "old");
      more.get(0).tell("remove", "killed");
      more.get(0).close();
      for (Node node : nodes.all) {
        awaitHeard(node, "killed");
      }
    }
  }
}
