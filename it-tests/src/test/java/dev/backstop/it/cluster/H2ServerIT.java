package dev.backstop.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.testing.Eventually;
import dev.backstop.testing.H2Database;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two JVMs on one H2 in server mode: nothing wakes them, so they look. */
@Tag("reliability")
class H2ServerIT {
  private static final int NODES = 2;
  private static final Duration WITHIN = Duration.ofSeconds(2);

  @TempDir private static Path directory;
  private static int port;
  private static Process server;
  private static Nodes nodes;

  @BeforeAll
  static void start() throws Exception {
    port = freePort();
    server = listen();
    nodes = new Nodes(NODES, directory, database(), WITHIN);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Its port is one that nobody had a moment ago, and its database none but ours. */
  private static Process listen() throws Exception {
    Path jar = Path.of(Server.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Process started =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                jar.toString(),
                Server.class.getName(),
                "-tcp",
                "-tcpPort",
                Integer.toString(port),
                "-ifNotExists",
                "-baseDir",
                directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("h2.log").toFile())
            .start();
    boolean isUp = Eventually.within(Duration.ofSeconds(30), () -> !started.isAlive() || answers());
    assertThat(isUp && started.isAlive()).as("H2 listens on " + port).isTrue();
    return started;
  }

  private static boolean answers() {
    try (Connection connection = database().dataSource().getConnection()) {
      return connection.isValid(1);
    } catch (SQLException notYet) {
      return false;
    }
  }

  private static H2Database database() {
    return H2Database.at("jdbc:h2:tcp://127.0.0.1:" + port + "/./backups");
  }

  @AfterAll
  static void end() throws Exception {
    nodes.close();
    server.destroyForcibly().waitFor();
  }

  private static boolean isHeard(Node node, String key) {
    try {
      return !node.tell("peek", key).contains(" old ");
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "remove, removed, removed",
    "expire, expired, expired",
    "put, put, put",
    "prefix, prefixed, pre",
    "clear, cleared, cleared"
  })
  void whatOneNodeChanges_theOtherHears(String what, String key, String parameter)
      throws Exception {
    nodes.hold(key, "old");
    nodes.get(0).tell(what, parameter, "new");
    Eventually.holds(() -> isHeard(nodes.get(1), key), "the change is heard");
  }

  @Test
  void bothAskForOneKey_andOneLoadsIt() throws Exception {
    SlowSource source = new SlowSource(directory.resolve("source"));
    List<CompletableFuture<String>> asked = new ArrayList<>();
    for (Node node : nodes.all) {
      asked.add(node.ask("many", "k", source.directory().toString()));
    }
    Eventually.within(Duration.ofMinutes(1), () -> nodesBegun(source) == NODES);
    source.answer("loaded").open();
    for (CompletableFuture<String> each : asked) {
      assertThat(each.get(60, TimeUnit.SECONDS)).isEqualTo(SlowSource.GETS + " loaded");
    }
    assertThat(source.calls()).isOne();
  }

  private static long nodesBegun(SlowSource source) {
    try {
      return source.nodesBegun();
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void aNodeThatIsCutOff_servesNothingItMayHaveMissed() throws Exception {
    nodes.hold("cut", "old");
    nodes.networks.get(1).hold();
    try {
      nodes.get(0).tell("remove", "cut");
      long end = System.nanoTime() + WITHIN.toNanos();
      while (System.nanoTime() - end <= 0) {
        LockSupport.parkNanos(end - System.nanoTime() + 1);
      }
      assertThat(nodes.get(1).tell("get", "cut", "new")).contains(" new ");
    } finally {
      nodes.networks.get(1).goOn();
    }
  }

  @Test
  void theServerIsKilled_andStartedAgain() throws Exception {
    nodes.hold("restarted", "old");
    server.destroyForcibly().waitFor();
    server = listen();
    nodes.get(0).tell("remove", "restarted");
    boolean isHeard =
        Eventually.within(Duration.ofMinutes(1), () -> isHeard(nodes.get(1), "restarted"));
    assertThat(isHeard).isTrue();
    assertThat(nodes.get(1).tell("fail", "restarted", "down")).contains("IOException: down");
  }
}
