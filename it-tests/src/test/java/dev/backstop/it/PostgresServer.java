package dev.backstop.it;

import org.postgresql.ds.PGSimpleDataSource;

/** The PostgreSQL that the tests of this JVM share; each test class has a database in it. */
public interface PostgresServer {
  /**
   * The server that BACKSTOP_TEST_POSTGRES_URL names, if it is set, and otherwise one that is
   * started at the first call and ends with the JVM.
   */
  static PostgresServer shared() {
    return SharedServer.INSTANCE;
  }

  /**
   * One that nobody else uses, which writes as safely as PostgreSQL can; it ends with the JVM, if
   * not before.
   */
  static PostgresServer ofItsOwn() {
    return new EmbeddedServer("on");
  }

  /** The database of that name, as a user who may do everything. */
  PGSimpleDataSource dataSource(String database);

  /** The same, for the database that every server has, to make others from. */
  PGSimpleDataSource dataSource();

  /** Ends the server and all its connections; a server that was given cannot: aborts the test. */
  void stop();

  /** Kills all its processes at once, as if the machine had stopped; as {@link #stop}. */
  void kill();

  /** Kills one of its processes, which makes it end all others and recover; as {@link #stop}. */
  void killBackend(long pid);

  /** Starts it again, where it was and with what it had. */
  void start();
}
