package dev.backstop.examples.projectmanager;

import java.util.Locale;
import java.util.Optional;

/** Where the company's database is, by the one setting that this application has. */
record DatabaseUrl(String text) {
  static final String SETTING = "project-manager.jdbc-url";
  private static final String DEFAULT = "jdbc:h2:./project-manager/company";

  DatabaseUrl {
    if (!text.startsWith("jdbc:h2:") && !text.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException(
          SETTING + " must begin with jdbc:h2: or jdbc:postgresql:, but is " + text);
    }
  }

  /** As the system property says, else the environment, else a file in the working folder. */
  static DatabaseUrl configured() {
    String variable = SETTING.toUpperCase(Locale.ROOT).replaceAll("[^A-Z]", "_");
    return new DatabaseUrl(
        Optional.ofNullable(System.getProperty(SETTING))
            .or(() -> Optional.ofNullable(System.getenv(variable)))
            .orElse(DEFAULT));
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
