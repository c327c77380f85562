package dev.backstop.backup;

import dev.backstop.BackstopConfig;
import dev.backstop.BackupSchemaException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;

/** Makes and migrates the tables, by Flyway, beside an application's own migrations. */
final class Migrations {
  /** Settings, one folder per database, in the jar as in {@code db-migrations}. */
  private static final String FOLDER = "db/backstop/";

  private static final int ATTEMPTS = 8;
  private static final long PAUSE_NANOS = 25_000_000;

  private Migrations() {}

  /**
   * Migrates.
   *
   * @throws BackupSchemaException if the database answers, but its tables could not be migrated
   */
  static void run(DataSource dataSource, Dialect dialect) throws SQLException {
    Schema.checkBeforeMigrating(dataSource);
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
    return String.valueOf(failure.getMessage()).contains(SchemaHistory.TABLE);
  }

  private static void migrate(DataSource dataSource, Dialect dialect) {
    List<Connection> lent = new ArrayList<>();
    try {
      Flyway.configure(BackstopConfig.class.getClassLoader())
          .configuration(settings())
          .dataSource(WrappedDataSource.lending(dataSource, lent))
          .locations("classpath:" + FOLDER + dialect.folder())
          .load()
          .migrate();
    } finally {
      lent.forEach(Migrations::takeBack);
    }
  }

  /** Flyway keeps a connection where another one broke: a pool would soon have none left. */
  private static void takeBack(Connection connection) {
    try (connection) {
      if (!connection.isClosed() && !connection.getAutoCommit()) {
        connection.rollback();
      }
    } catch (SQLException broken) {
      // Its pool will find that, too.
    }
  }

  /** The same that Flyway's Maven plugin and command line are given. */
  private static Properties settings() {
    ClassLoader ours = Migrations.class.getClassLoader();
    try (InputStream file = ours.getResourceAsStream(FOLDER + "flyway.conf")) {
      Properties settings = new Properties();
      settings.load(Objects.requireNonNull(file, "flyway.conf of Backstop's jar is lost"));
      return settings;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a failure of Flyway means: an outage is for whoever waits for the database. */
  static RuntimeException failed(FlywayException failure) {
    if (isPassing(failure)) {
      return failure;
    }
    return new BackupSchemaException(
        failure instanceof FlywayValidateException
            ? SchemaHistory.TABLE
                + " is not that of this jar's migrations, compare them with those in db/backstop: "
                + failure.getMessage()
            : "The backups' tables could not be migrated: " + failure.getMessage(),
        failure);
  }

  private static boolean isPassing(FlywayException failure) {
    SqlFailures kind = SqlFailures.of(failure);
    if (kind.isTransient()) {
      return kind != SqlFailures.COLLISION || isAboutTheHistory(failure);
    }
    // Flyway's words for a lock that another node held for longer than it waits.
    return String.valueOf(failure.getMessage()).contains("advisory lock");
  }
}
