package dev.backstop.it.outage;

import dev.backstop.testing.Eventually;
import dev.backstop.testing.Sql;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A primary and a hot standby that follows it, each a PostgreSQL of its own. */
final class ReplicatedServers implements AutoCloseable {
  private final EmbeddedPostgres primary;
  private final EmbeddedPostgres standby;

  /** Starts both, in that folder. */
  ReplicatedServers(Path folder) throws IOException, SQLException {
    Path data = folder.resolve("primary");
    primary = start(data);
    try {
      Path copy = folder.resolve("standby");
      backUp(data, copy);
      Files.writeString(
          copy.resolve("postgresql.auto.conf"),
          "primary_conninfo = 'host=127.0.0.1 user=postgres port=" + primary.getPort() + "'\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      Files.createFile(copy.resolve("standby.signal"));
      standby = start(copy);
    } catch (IOException | SQLException | RuntimeException | Error failure) {
      primary.close();
      throw failure;
    }
  }

  private static EmbeddedPostgres start(Path data) throws IOException {
    return start(data, 0);
  }

  /** Starts a PostgreSQL on what is in that folder, or anew; at a free port, if it is 0. */
  static EmbeddedPostgres start(Path data, int port) throws IOException {
    Redirect log = Redirect.appendTo(new File("target", "own-servers.log"));
    return EmbeddedPostgres.builder()
        .setPort(port)
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
        .setRegisterShutdownHook(false)
        .setServerConfig("listen_addresses", "127.0.0.1")
        .setServerConfig("synchronous_commit", "on")
        .setPGStartupWait(Duration.ofSeconds(60))
        .setOutputRedirector(log)
        .setErrorRedirector(log)
        .start();
  }

  /** File by file: the embedded programs lack pg_basebackup. */
  private void backUp(Path data, Path copy) throws IOException, SQLException {
    try (Connection connection = primary.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("select pg_backup_start('copy', true)");
      Files.walkFileTree(data, new Copying(data, copy));
      try (ResultSet label =
          statement.executeQuery("select labelfile from pg_backup_stop(false)")) {
        label.next();
        Files.writeString(copy.resolve("backup_label"), label.getString(1));
      }
    }
  }

  private static final class Copying extends SimpleFileVisitor<Path> {
    private final Path from;
    private final Path to;

    Copying(Path from, Path to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      Files.copy(folder, to.resolve(from.relativize(folder)), StandardCopyOption.COPY_ATTRIBUTES);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      String name = file.getFileName().toString();
      if (!name.startsWith("postmaster.") && !name.startsWith("epg-lock")) {
        try {
          Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
        } catch (NoSuchFileException gone) {
          // As may be while a server runs: its log tells.
        }
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException gone) {
      return FileVisitResult.CONTINUE;
    }
  }

  String primaryUrl() {
    return primary.getJdbcUrl("postgres", "postgres");
  }

  String standbyUrl() {
    return standby.getJdbcUrl("postgres", "postgres");
  }

  DataSource primary() {
    return primary.getPostgresDatabase();
  }

  DataSource standby() {
    return standby.getPostgresDatabase();
  }

  static @Nullable String ask(DataSource server, String query) {
    try {
      return Sql.ask(server, query);
    } catch (SQLException e) {
      throw new AssertionError(query, e);
    }
  }

  /** The standby has received all that the primary committed. */
  void awaitReceived() {
    String sent = ask(primary(), "select pg_current_wal_flush_lsn()");
    Eventually.holds(
        () -> "t".equals(ask(standby(), "select pg_last_wal_receive_lsn() >= '" + sent + "'")),
        "the standby has received it");
  }

  /** The standby has received it, and shows it. */
  void awaitReplayed() {
    String sent = ask(primary(), "select pg_current_wal_flush_lsn()");
    Eventually.holds(
        () -> "t".equals(ask(standby(), "select pg_last_wal_replay_lsn() >= '" + sent + "'")),
        "the standby shows it");
  }

  /** From now on nothing is shipped. */
  void part() throws SQLException {
    Sql.run(standby(), "alter system set primary_conninfo = ''", "select pg_reload_conf()");
    Eventually.holds(
        () -> "0".equals(ask(standby(), "select count(*) from pg_stat_wal_receiver")),
        "the standby hears nothing");
  }

  /** Makes the standby a primary. */
  void promote() throws SQLException {
    Sql.run(standby(), "select pg_promote()");
  }

  @Override
  public void close() throws IOException {
    try {
      standby.close();
    } finally {
      primary.close();
    }
  }
}
