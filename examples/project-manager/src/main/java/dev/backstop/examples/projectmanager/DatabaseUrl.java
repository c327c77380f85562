package dev.backstop.examples.projectmanager;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the company's database is: as near to Backstop's as can be, so that one setting tells of
 * both.
 */
record DatabaseUrl(String text) {
  static final String SETTING = "backstop.jdbc-url";

  /** What META-INF/backstop.properties says, too. */
  static final String DEFAULT = "jdbc:h2:./project-manager/backups";

  private static final Pattern H2_NAME = Pattern.compile("[^/\\\\:;]+(?=;|$)");

  DatabaseUrl {
    if (!text.startsWith("jdbc:h2:") && !text.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException(
          SETTING + " must begin with jdbc:h2: or jdbc:postgresql:, but is " + text);
    }
  }

  /**
   * Beside what the system property says, else the environment, else a file in the working folder.
   */
  static DatabaseUrl configured() {
    return beside(
        Optional.ofNullable(System.getProperty(SETTING))
            .or(() -> Optional.ofNullable(System.getenv("BACKSTOP_JDBC_URL")))
            .orElse(DEFAULT));
  }

  /** In the same database of a PostgreSQL; in another file of the same folder on H2. */
  static DatabaseUrl beside(String backups) {
    DatabaseUrl url = new DatabaseUrl(backups);
    return url.isH2() ? new DatabaseUrl(H2_NAME.matcher(backups).replaceFirst("company")) : url;
  }

  boolean isH2() {
    return text.startsWith("jdbc:h2:");
  }

  /** The folder of what each database has to be told in its own words. */
  String vendor() {
    return isH2() ? "h2" : "postgresql";
  }

  /** The class of the driver's data source. */
  String driver() {
    return isH2() ? "org.h2.jdbcx.JdbcDataSource" : "org.postgresql.ds.PGSimpleDataSource";
  }
}
