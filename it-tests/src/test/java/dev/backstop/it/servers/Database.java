package dev.backstop.it.servers;

import dev.backstop.testing.TestDatabase;
import java.nio.file.Path;

/** How to log in to a database; one of H2 is opened by the server alone. */
record Database(String url, String username, String password) {
  static Database of(TestDatabase database) {
    return new Database(database.jdbcUrl(), database.username(), database.password());
  }

  /** With a password, as WildFly takes no empty one. */
  static Database h2(Path file) {
    return new Database("jdbc:h2:" + file, "sa", "secret");
  }

  boolean isH2() {
    return url.startsWith("jdbc:h2:");
  }

  /** The driver's data source, which has a property {@code url}. */
  String dataSourceClass() {
    return isH2() ? "org.h2.jdbcx.JdbcDataSource" : "org.postgresql.ds.PGSimpleDataSource";
  }
}
