package dev.backstop.it.outage;

import dev.backstop.it.PostgresServer;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Sql;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL of its own, with a tablespace "small" on a file system of two megabytes.
 *
 * <p>Only a file system that is full makes PostgreSQL meet one, and only a privilege makes one. In
 * a user namespace of its own everybody has it, on a Linux that allows those: then the server runs
 * in it, as nobody, for PostgreSQL refuses root. The mount ends with the server.
 */
final class SmallDiskServer implements AutoCloseable {
  private static final String START =
      "mount -t tmpfs -o size=2m tmpfs \"$1/small\" && chmod 700 \"$1/small\" && exec unshare -U sh -c"
          + " '\"$2/initdb\" -D \"$1/data\" -U postgres -A trust -N >&2"
          + " && exec \"$2/postgres\" -F -D \"$1/data\" -p $3 -c listen_addresses=127.0.0.1"
          + " -c unix_socket_directories=' sh \"$@\"";

  private final PGSimpleDataSource dataSource;
  private final Process process;

  /** Starts it, in that folder; aborts the test where it can't be. */
  SmallDiskServer(Path folder) throws Exception {
    dataSource = PostgresServer.shared().dataSource();
    String programs =
        "" + Sql.ask(dataSource, "select setting from pg_config where name = 'BINDIR'");
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of(programs, "initdb")) && mayMount(folder),
        "A small file system takes Linux, with user namespaces for everybody, and PostgreSQL's"
            + " programs. RefusedWritesIT runs everywhere.");
    Files.createDirectory(folder.resolve("small"));
    int port = freePort();
    dataSource.setPortNumbers(new int[] {port});
    process =
        log(new ProcessBuilder(
                "unshare", "-rm", "sh", "-c", START, "sh", "" + folder, programs, "" + port))
            .start();
    try {
      Eventually.holds(this::answers, "it is started, see target/small-disk.log");
      Sql.run(dataSource, "create tablespace small location '" + folder.resolve("small") + "'");
    } catch (SQLException | RuntimeException | Error failure) {
      close();
      throw failure;
    }
  }

  private static boolean mayMount(Path folder) throws InterruptedException {
    try {
      return log(new ProcessBuilder("unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "" + folder))
              .start()
              .waitFor()
          == 0;
    } catch (IOException noSuchProgram) {
      return false;
    }
  }

  private static ProcessBuilder log(ProcessBuilder program) {
    File log = new File("target", "small-disk.log");
    return program.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log));
  }

  private boolean answers() {
    try {
      return "1".equals(Sql.ask(dataSource, "select 1"));
    } catch (SQLException notYet) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Its only database. */
  PGSimpleDataSource dataSource() {
    return dataSource;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(Eventually.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
