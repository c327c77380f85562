package dev.backstop.examples.projectmanager.launch;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Payara Micro in a process of its own, on a free port that only this machine reaches. */
final class Server implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration FAREWELL = Duration.ofSeconds(30);

  /** It would else listen on every interface, with its cluster on a second port. */
  private static final String LOOPBACK_ONLY =
      """
      set configs.config.server-config.network-config.network-listeners.network-listener.http-listener.address=%s
      set configs.config.server-config.hazelcast-config-specific-configuration.enabled=false
      """;

  private final Process process;
  private final URI url;
  private final Path log;

  private Server(Process process, URI url, Path log) {
    this.process = process;
    this.url = url;
    this.log = log;
  }

  static Server start(Path jar, Path war, Path folder) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, loopback)) {
      port = free.getLocalPort();
    }
    Path log = jar.resolveSibling("server.log");
    Path before = jar.resolveSibling("before-boot.txt");
    Files.writeString(before, LOOPBACK_ONLY.formatted(loopback.getHostAddress()));
    ProcessBuilder server =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                "-Dbackstop.jdbc-url=jdbc:h2:" + folder.resolve("backups"),
                "-jar",
                jar.toString(),
                "--nocluster",
                "--nohazelcast",
                "--disablephonehome",
                "--port",
                Integer.toString(port),
                "--prebootcommandfile",
                before.toString(),
                "--contextroot",
                "/",
                "--rootDir",
                jar.resolveSibling("payara").toString(),
                "--deploy",
                war.toString()));
    server.redirectErrorStream(true).redirectOutput(log.toFile());
    return new Server(
        server.start(), URI.create("http://" + loopback.getHostAddress() + ":" + port + "/"), log);
  }

  URI url() {
    return url;
  }

  Path log() {
    return log;
  }

  /** Whether it came to answer: it says that it is ready also when the application failed. */
  boolean awaitAnswer() throws IOException, InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    long start = System.nanoTime();
    while (process.isAlive() && System.nanoTime() - start < PATIENCE.toNanos()) {
      boolean ready = Files.readString(log, StandardCharsets.ISO_8859_1).contains("ready in");
      if (answers(client)) {
        return true;
      }
      if (ready) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(250);
    }
    return false;
  }

  private boolean answers(HttpClient client) throws InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(10)).build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  void awaitEnd() throws InterruptedException {
    process.waitFor();
  }

  /**
   * Ends it as Ctrl-C does: it undeploys, and the backups are written. By force only if it hangs.
   */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(FAREWELL.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
