package dev.backstop.it;

import org.junit.jupiter.api.Assumptions;
import org.postgresql.ds.PGSimpleDataSource;

/** A server that runs without us and is not ours to stop. */
record GivenServer(String url, String user, String password) implements PostgresServer {
  @Override
  public PGSimpleDataSource dataSource() {
    PGSimpleDataSource dataSource = new PGSimpleDataSource();
    dataSource.setURL(url);
    dataSource.setUser(user);
    dataSource.setPassword(password);
    return dataSource;
  }

  @Override
  public PGSimpleDataSource dataSource(String database) {
    PGSimpleDataSource dataSource = dataSource();
    dataSource.setDatabaseName(database);
    return dataSource;
  }

  @Override
  public void stop() {
    Assumptions.abort("The server of BACKSTOP_TEST_POSTGRES_URL is not ours to stop");
  }

  @Override
  public void kill() {
    stop();
  }

  @Override
  public void killBackend(long pid) {
    stop();
  }

  @Override
  public void start() {
    Assumptions.abort("The server of BACKSTOP_TEST_POSTGRES_URL is not ours to start");
  }
}
