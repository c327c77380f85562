package dev.backstop.testing;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** H2 in this JVM, a new database each. */
public final class H2Database implements TestDatabase {
  private final String url;

  private H2Database(String url) {
    this.url = url;
  }

  /** A new empty database in memory, which lives until it is closed. */
  public static H2Database inMemory() {
    return new H2Database("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
  }

  /** The database in that directory, new unless one was closed there before. */
  public static H2Database in(Path directory) {
    return new H2Database("jdbc:h2:" + directory.resolve("backups").toAbsolutePath());
  }

  /** The database at that URL, in a server, say. */
  public static H2Database at(String url) {
    return new H2Database(url);
  }

  @Override
  public DataSource dataSource() {
    JdbcDataSource dataSource = new JdbcDataSource();
    dataSource.setURL(url);
    dataSource.setUser(username());
    dataSource.setPassword(password());
    return dataSource;
  }

  @Override
  public String jdbcUrl() {
    return url;
  }

  @Override
  public String username() {
    return "sa";
  }

  @Override
  public String password() {
    return "";
  }

  @Override
  public void clean() {
    execute("drop all objects");
  }

  /** Ends all its connections; one in memory is gone, files stay in their directory. */
  @Override
  public void close() {
    execute("shutdown");
  }

  private void execute(String sql) {
    try {
      Sql.run(dataSource(), sql);
    } catch (SQLException e) {
      throw new AssertionError(sql + " on " + url, e);
    }
  }
}
