package dev.backstop.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.it.PostgresDatabase;
import dev.backstop.testing.Eventually;
import java.io.IOException;
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

/** Four JVMs that share the loads of one cache. */
@Tag("reliability")
class SharedLoadsIT {
  private static final int NODES = 4;
  private static final Duration WITHIN = Duration.ofSeconds(1);

  /** Met only in a bug. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory;

  private PostgresDatabase database;
  private Nodes nodes;
  private SlowSource source;

  @BeforeEach
  void startTheNodes() throws Exception {
    database = PostgresDatabase.create();
    nodes = new Nodes(NODES, directory, database, WITHIN);
    source = new SlowSource(directory.resolve("source"));
  }

  @AfterEach
  void endThem() throws Exception {
    nodes.close();
    database.close();
  }

  private CompletableFuture<String> ask(int node, String what) {
    return nodes.get(node).ask(what, "key", source.directory().toString());
  }

  private static String answer(CompletableFuture<String> asked) throws Exception {
    return asked.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private void awaitCalls(int calls) {
    Eventually.holds(() -> unchecked(source::calls) == calls, calls + " calls");
  }

  private interface Question<T> {
    T ask() throws IOException;
  }

  private static <T> T unchecked(Question<T> question) {
    try {
      return question.ask();
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void tenThousandGetsOfAColdKey_areOneCall() throws Exception {
    List<CompletableFuture<String>> asked = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      asked.add(ask(i, "many"));
    }
    boolean allBegun = Eventually.within(PATIENCE, () -> unchecked(source::nodesBegun) == NODES);
    assertThat(allBegun).as("10,000 gets are under way").isTrue();
    source.answer("loaded").open();
    for (CompletableFuture<String> each : asked) {
      assertThat(answer(each)).isEqualTo(SlowSource.GETS + " loaded");
    }
    assertThat(source.calls()).isOne();
  }

  @Test
  void aNodeThatIsKilledWhileItLoads_leavesTheKeyToOneOther() throws Exception {
    ask(0, "shared");
    awaitCalls(1);
    List<CompletableFuture<String>> wait = List.of(ask(1, "shared"), ask(2, "shared"));
    nodes.get(0).signal("KILL");
    awaitCalls(2);
    source.answer("loaded").open();
    for (CompletableFuture<String> each : wait) {
      assertThat(answer(each)).contains(" loaded ");
    }
    assertThat(source.calls()).isEqualTo(2);
  }

  @Test
  void aNodeThatIsStoppedWhileItLoads_leavesTheKey_andComesTooLate() throws Exception {
    CompletableFuture<String> late = ask(0, "shared");
    awaitCalls(1);
    nodes.get(0).signal("STOP");
    CompletableFuture<String> waits = ask(1, "shared");
    awaitCalls(2);
    source.answer("second").open();
    assertThat(answer(waits)).startsWith("SOURCE second ");
    source.answer("late");
    nodes.get(0).signal("CONT");
    assertThat(answer(late)).startsWith("SOURCE late ");
    source.fail();
    assertThat(answer(ask(2, "shared"))).startsWith("STAND_IN second ");
  }

  @Test
  void aSourceThatIsDown_isAskedOncePerWindow_byAllNodesTogether() throws Exception {
    source.answer("before").open();
    answer(ask(0, "shared"));
    awaitCalls(1);
    source.fail();
    long began = System.nanoTime();
    long end = began + NodeProgram.SHARED_TTL.multipliedBy(3).toNanos();
    for (int i = 0; System.nanoTime() - end < 0; i++) {
      assertThat(answer(ask(i % NODES, "shared"))).contains(" before ");
    }
    long windows = (System.nanoTime() - began) / NodeProgram.SHARED_TTL.dividedBy(2).toNanos();
    assertThat(source.calls() - 1).isBetween(2, (int) windows + 1);
  }
}
