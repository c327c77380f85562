package dev.backstop.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.it.PostgresDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four JVMs of which one is 15 minutes late, and one as early. The other tests of nodes have the
 * same clocks; this is what wrong ones would break first.
 */
@Tag("reliability")
class ClocksApartIT {
  private static final int NODES = 4;
  private static final Duration WITHIN = Duration.ofSeconds(4);

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

  @Test
  void whatIsChangedLater_wins_whicheverNodeChangesIt() throws Exception {
    for (int first = 0; first < NODES; first++) {
      for (int second = 0; second < NODES; second++) {
        String pair = first + "-" + second;
        int other = (Math.max(first, second) + 1) % NODES;
        nodes.get(first).tell("put", "put" + pair, "first");
        nodes.get(second).tell("put", "put" + pair, "second");
        nodes.get(first).tell("put", "gone" + pair, "first");
        nodes.get(second).tell("remove", "gone" + pair);
        nodes.get(first).tell("remove", "anew" + pair);
        nodes.get(second).tell("put", "anew" + pair, "second");
        assertThat(fail(other, "put" + pair)).contains(" second ");
        assertThat(fail(other, "gone" + pair)).contains("IOException: down");
        assertThat(fail(other, "anew" + pair)).contains(" second ");
      }
    }
  }

  private static String fail(int node, String key) throws Exception {
    return nodes.get(node).tell("fail", key, "down");
  }

  /**
   * A moment apart, not a quarter of an hour: each node knows the database's clock to a round trip,
   * so stamps of two keys may be off by that, and those of one key never are.
   */
  @Test
  void theirStampsAreOfOneClock() throws Exception {
    List<Long> stamps = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String answer = nodes.get(i % NODES).tell("get", "stamp" + i, "v");
      stamps.add(Long.parseLong(answer.substring(answer.lastIndexOf(' ') + 1)));
    }
    assertThat(Collections.max(stamps) - Collections.min(stamps)).isBetween(1L, 60_000_000L);
  }

  /** By the early one, what was just written would be past its ttl, and idle for a while. */
  @Test
  void aCullByTheEarlyNode_deletesNothingThatIsNotDue() throws Exception {
    nodes.get(1).tell("put", "kept", "by the late one");
    assertThat(nodes.get(2).tell("cull", "-")).isEqualTo("0 0");
    assertThat(fail(3, "kept")).contains("by the late one");
  }
}
