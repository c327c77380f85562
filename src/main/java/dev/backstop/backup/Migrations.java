package dev.backstop.backup;

import dev.backstop.BackstopConfig;
import dev.backstop.BackupSchemaException;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Makes and migrates the tables, by Flyway, beside an application's own migrations. */
final class Migrations {
  static final String HISTORY = "backstop_schema_history";

  private static final int ATTEMPTS = 8;
  private static final long PAUSE_NANOS = 25_000_000;

  private Migrations() {}

  /**
   * Migrates.
   *
   * @throws BackupSchemaException if the database answers, but its tables could not be migrated
   */
  static void run(DataSource dataSource, Dialect dialect) {
    for (int attempt = 1; ; attempt++) {
      try {
        migrate(dataSource, dialect);
        return;
      } catch (FlywayException failure) {
        if (attempt == ATTEMPTS || !isAboutTheHistory(failure)) {
          throw failed(failure);
        }
        LockSupport.parkNanos(attempt * PAUSE_NANOS);
      }
    }
  }

  /**
   * Two that start at once on a new database may disturb each other while they make the history.
   * Once it is there, Flyway lets one of them wait for the other.
   */
  private static boolean isAboutTheHistory(FlywayException failure) {
    return String.valueOf(failure.getMessage()).contains(HISTORY);
  }

  private static void migrate(DataSource dataSource, Dialect dialect) {
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
  }

  private static RuntimeException failed(FlywayException failure) {
    return SqlFailures.of(failure).isTransient()
        ? failure
        : new BackupSchemaException(
            "The backups' tables could not be migrated: " + failure.getMessage(), failure);
  }
}
