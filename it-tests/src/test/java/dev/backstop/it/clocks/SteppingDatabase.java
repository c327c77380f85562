package dev.backstop.it.clocks;

import dev.backstop.it.PostgresDatabase;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Logged;
import dev.backstop.testing.Sql;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.stream.Stream;

/**
 * A database whose clock somebody sets: for all who ask {@code clock_timestamp()} and do not say
 * whose, which are Backstop, and the application's triggers.
 */
final class SteppingDatabase implements AutoCloseable {
  private final PostgresDatabase database = PostgresDatabase.create();

  SteppingDatabase() throws SQLException {
    run(
        "create schema shifted",
        "create table shifted.clock (by interval not null)",
        "insert into shifted.clock values ('0')",
        "create function shifted.clock_timestamp() returns timestamptz language sql volatile as "
            + "$$select pg_catalog.clock_timestamp() + (select by from shifted.clock)$$",
        "alter database " + database.name() + " set search_path = public, shifted, pg_catalog");
  }

  PostgresDatabase database() {
    return database;
  }

  /** Sets the clock, and returns once that many nodes have seen it. */
  void step(Duration by, int nodes) throws SQLException {
    try (Logged logged = new Logged()) {
      run("update shifted.clock set by = by + interval '" + by.toSeconds() + " s'");
      Eventually.holds(() -> seen(logged) >= nodes, nodes + " nodes see the step");
    }
  }

  private static long seen(Logged logged) {
    return Stream.of(Level.WARNING, Level.INFO)
        .map(logged::messages)
        .flatMap(List::stream)
        .filter(message -> message.contains("clock") && message.contains("stepped"))
        .count();
  }

  void run(String... statements) throws SQLException {
    Sql.run(database.dataSource(), statements);
  }

  String ask(String query, Object... parameters) {
    try {
      return "" + Sql.ask(database.dataSource(), query, parameters);
    } catch (SQLException e) {
      throw new AssertionError(query, e);
    }
  }

  /** Nothing is stamped in the future any more. */
  void awaitNoFuture() {
    Eventually.holds(
        () ->
            ask("select (select count(*) from backstop_backup where created_at > clock_timestamp()"
                    + " + interval '1 s') + (select count(*) from backstop_cache where"
                    + " cleared_before > clock_timestamp() + interval '1 s')")
                .equals("0"),
        "nothing is stamped in the future");
  }

  @Override
  public void close() {
    database.close();
  }
}
