package dev.backstop.it;

import dev.backstop.testing.Sql;
import dev.backstop.testing.TestDatabase;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A new database in the shared server. It bears a mark that only this object knows, and nothing is
 * ever dropped without having read that mark: the server may be somebody's own.
 */
public final class PostgresDatabase implements TestDatabase {
  /** The time zone of every session, one where nobody's machine stands. */
  public static final String TIME_ZONE = "Pacific/Chatham";

  private final PostgresServer server;
  private final String name = "backstop_it_" + UUID.randomUUID().toString().replace("-", "");
  private final String mark = "Made by Backstop's tests: " + UUID.randomUUID();

  private PostgresDatabase(PostgresServer server) {
    this.server = server;
  }

  /** Makes a new empty database. */
  public static PostgresDatabase create() {
    return create(PostgresServer.shared());
  }

  /** The same, in that server. */
  public static PostgresDatabase create(PostgresServer server) {
    PostgresDatabase database = new PostgresDatabase(server);
    database.make();
    return database;
  }

  /** Its name in the server. */
  public String name() {
    return name;
  }

  /** The server it is in. */
  public PostgresServer server() {
    return server;
  }

  @Override
  public DataSource dataSource() {
    return server.dataSource(name);
  }

  @Override
  public String jdbcUrl() {
    return server.dataSource(name).getURL();
  }

  @Override
  public String username() {
    return server.dataSource().getUser();
  }

  @Override
  public String password() {
    return server.dataSource().getPassword();
  }

  @Override
  public void clean() {
    checkThatItIsOurs();
    execute(dataSource(), "drop schema public cascade", "create schema public");
  }

  @Override
  public void close() {
    checkThatItIsOurs();
    execute(server.dataSource(), "drop database " + name + " with (force)");
  }

  private void make() {
    execute(
        server.dataSource(),
        "create database " + name,
        "comment on database " + name + " is '" + mark.replace("'", "''") + "'");
    // The driver sets every session's time zone to the JVM's, whatever the database's is: only a
    // trigger comes after that. In a schema of its own, as clean() drops the other.
    execute(
        dataSource(),
        "create schema backstop_it",
        "create function backstop_it.move() returns event_trigger language plpgsql as "
            + "$$begin perform set_config('TimeZone', '"
            + TIME_ZONE
            + "', false); end$$",
        "create event trigger backstop_it_move on login execute function backstop_it.move()");
  }

  private void checkThatItIsOurs() {
    String found = markOf(server, name);
    if (!mark.equals(found)) {
      throw new IllegalStateException(
          "Database " + name + " is left alone, it is not ours: its comment is " + found);
    }
  }

  /** The mark that a database of that name bears; null without one. */
  static @Nullable String markOf(PostgresServer server, String name) {
    String query =
        "select shobj_description(oid, 'pg_database') from pg_database where datname = ?";
    try {
      return Sql.ask(server.dataSource(), query, name);
    } catch (SQLException e) {
      throw new AssertionError(query, e);
    }
  }

  private static void execute(DataSource source, String... statements) {
    try {
      Sql.run(source, statements);
    } catch (SQLException e) {
      throw new AssertionError(String.join("; ", statements), e);
    }
  }
}
