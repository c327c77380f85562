package dev.backstop.backup;

import dev.backstop.BackstopConfig;
import dev.backstop.BackupSchemaException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Makes and migrates the tables, by Flyway, beside an application's own migrations. */
final class Migrations {
  static final String HISTORY = "backstop_schema_history";

  private Migrations() {}

  /**
   * Migrates.
   *
   * @throws BackupSchemaException if the database answers, but its tables could not be migrated
   */
  static void run(DataSource dataSource, Dialect dialect) {
    try {
      Flyway.configure(BackstopConfig.class.getClassLoader())
          .dataSource(dataSource)
          .table(HISTORY)
          .locations("classpath:db/backstop/" + dialect.folder())
          .failOnMissingLocations(true)
          // The application's own tables may already be in this schema; ours begin at version 1.
          .baselineOnMigrate(true)
          .baselineVersion("0")
          .load()
          .migrate();
    } catch (FlywayException failure) {
      if (SqlFailures.of(failure) == SqlFailures.OUTAGE && hasSqlCause(failure)) {
        throw failure;
      }
      throw new BackupSchemaException(
          "The backups' tables could not be migrated: " + failure.getMessage(), failure);
    }
  }

  private static boolean hasSqlCause(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof java.sql.SQLException) {
        return true;
      }
    }
    return false;
  }
}
