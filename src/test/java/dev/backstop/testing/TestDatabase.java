package dev.backstop.testing;

import javax.sql.DataSource;

/**
 * A database that a test has to itself. What every database must do is written once against this,
 * and run on H2 in the unit tests and on PostgreSQL in the integration tests.
 */
public interface TestDatabase extends AutoCloseable {
  /** Opens a new connection at each call; not a pool. */
  DataSource dataSource();

  /** Where the database is, for whoever opens its own connections. */
  String jdbcUrl();

  /** The user to connect as. */
  String username();

  /** The password to connect with. */
  String password();

  /** Drops everything in it. */
  void clean();

  /** Gives the database up; nothing of it stays. */
  @Override
  void close();
}
