package dev.backstop.it.servers;

import dev.backstop.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A Terracotta server of the tests' own, which keeps nothing when it ends. */
public final class TerracottaServer implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** How long it, and its clients, take a connection that says nothing for alive. */
  private static final String LEASE = "5s";

  private final Path home = RunDirectory.unpacked("terracotta");
  private final Path directory;
  private final int[] ports;
  private ServerProcess process;

  /** Starts one. */
  public TerracottaServer() throws IOException {
    directory = RunDirectory.create("terracotta");
    ports = Ports.free(2);
    start("64MB");
  }

  /** Where that tier manager is. */
  public URI uri(String name) {
    return URI.create("terracotta://127.0.0.1:" + ports[0] + "/" + name);
  }

  /** Starts it, with so much memory, and waits until it says that it is ready: it, nobody else. */
  public void start(String memory) throws IOException {
    Path run = Files.createTempDirectory(directory, "run-");
    Files.writeString(
        run.resolve("cluster.cfg"),
        """
        cluster-name=backstop
        failover-priority=availability
        offheap-resources=main:%s
        client-lease-duration=%s
        stripe-names=stripe
        stripe:node-names=node
        node:hostname=127.0.0.1
        node:bind-address=127.0.0.1
        node:group-bind-address=127.0.0.1
        node:port=%d
        node:group-port=%d
        node:log-dir=%s
        """
            .formatted(memory, LEASE, ports[0], ports[1], run.resolve("logs")));
    process =
        ServerProcess.start(
            directory,
            Map.of(),
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:MaxDirectMemorySize=256m",
                "-XX:TieredStopAtLevel=1",
                "-Dtc.install-root=" + home,
                "-jar",
                home.resolve("lib/tc.jar").toString(),
                "--auto-activate",
                "-f",
                run.resolve("cluster.cfg").toString(),
                "-n",
                "node",
                "-r",
                run.resolve("repository").toString()));
    if (!Eventually.within(LIMIT, () -> !process.isAlive() || isReady()) || !process.isAlive()) {
      throw new AssertionError("It did not start\n" + process.printed());
    }
  }

  private boolean isReady() {
    try {
      String said = Files.readString(directory.resolve("console.log"));
      return said.contains("PID is " + process.java().pid())
          && said.contains("started up as ACTIVE node");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills it, without a word; what it held is lost. */
  public void kill() {
    ProcessHandle java = process.java();
    java.destroyForcibly();
    java.onExit().join();
    process.stop();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Stops it as it stands, its connections open, or lets it go on. */
  public void hang(boolean hangs) throws Exception {
    new ProcessBuilder("kill", hangs ? "-STOP" : "-CONT", "" + process.java().pid())
        .start()
        .waitFor();
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
  }
}
