package dev.backstop.it;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** A server of this JVM, on a free port of the loopback address. */
final class EmbeddedServer implements PostgresServer {
  /**
   * Beside the unpacked programs: there the library finds, at its next start, what a killed JVM
   * left behind, and ends it.
   */
  private final Path data =
      Path.of(System.getProperty("java.io.tmpdir"), "embedded-pg", "backstop-" + UUID.randomUUID());

  private final int port = freePort();
  private final String fsync;
  private @Nullable EmbeddedPostgres running;

  EmbeddedServer() {
    this("off"); // which survives all but the end of the machine
  }

  EmbeddedServer(String fsync) {
    this.fsync = fsync;
    Runtime.getRuntime().addShutdownHook(new Thread(this::end, "end-of-postgresql"));
    start();
  }

  @Override
  public PGSimpleDataSource dataSource(String database) {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setServerNames(new String[] {"127.0.0.1"});
    dataSource.setPortNumbers(new int[] {port});
    dataSource.setUser("postgres");
    dataSource.setPassword("postgres");
    dataSource.setDatabaseName(database);
    return dataSource;
  }

  @Override
  public PGSimpleDataSource dataSource() {
    return dataSource("postgres");
  }

  @Override
  public synchronized void start() {
    if (running != null) {
      return;
    }
    try {
      Redirect log = Redirect.appendTo(new File("target", "postgresql.log"));
      running =
          EmbeddedPostgres.builder()
              .setDataDirectory(data)
              .setCleanDataDirectory(false)
              .setRegisterShutdownHook(false)
              .setPort(port)
              .setServerConfig("listen_addresses", "127.0.0.1")
              // The library's "off" would lose commits at a kill, which no test could tell from a
              // bug.
              .setServerConfig("synchronous_commit", "on")
              .setServerConfig("fsync", fsync)
              .setPGStartupWait(Duration.ofSeconds(60))
              // Not through threads of this JVM, which would look like leaks of a test.
              .setOutputRedirector(log)
              .setErrorRedirector(log)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException("See target/postgresql.log", e);
    }
  }

  @Override
  public synchronized void kill() {
    ProcessHandle postmaster = postmaster();
    List<ProcessHandle> all =
        Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
    all.forEach(ProcessHandle::destroyForcibly); // it first: it must not see the others die
    all.forEach(process -> process.onExit().join());
    stop(); // of which the library knows nothing yet
  }

  @Override
  public synchronized void killBackend(long pid) {
    postmaster()
        .children()
        .filter(backend -> backend.pid() == pid)
        .forEach(ProcessHandle::destroyForcibly);
  }

  private ProcessHandle postmaster() {
    try {
      String pid = Files.readAllLines(data.resolve("postmaster.pid")).get(0);
      return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void stop() {
    if (running != null) {
      try {
        running.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      running = null;
    }
  }

  private void end() {
    stop();
    try (Stream<Path> walk = Files.walk(data)) {
      for (Path file : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
