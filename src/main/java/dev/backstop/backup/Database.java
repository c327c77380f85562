package dev.backstop.backup;

import dev.backstop.BackstopConfig;
import dev.backstop.BackupSchemaException;
import dev.backstop.clock.Micros;
import dev.backstop.clock.Sample;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.spi.PersistenceProvider;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A database that answered, with its tables as they must be. */
final class Database implements AutoCloseable {
  private static final String FIND =
      "select b.createdAt, b.expiresAt, b.expiredAt, b.blob, b.codec, b.format, b.typeFingerprint,"
          + " c.expiredBefore, c.clearedBefore, b.lastAccess from BackupEntity b"
          + " left join CacheEntity c on c.cacheName = b.cacheName where b.cacheName = :cache and b.cacheKey = :key";
  private static final String FIND_BARRIER =
      "select c.expiredBefore, c.clearedBefore from CacheEntity c where c.cacheName = :cache";

  /** A large row may take longer than a caller waits; a caller does not wait for it. */
  private static final int NETWORK_TIMEOUT_MILLIS = 60_000;

  private final DataSource dataSource;
  private final EntityManagerFactory entityManagers;
  final Dialect dialect;

  private Database(DataSource dataSource, Dialect dialect, EntityManagerFactory entityManagers) {
    this.dataSource = dataSource;
    this.dialect = dialect;
    this.entityManagers = entityManagers;
  }

  /**
   * Connects, migrates, and reads once, so that what is wrong shows at the start.
   *
   * @throws BackupSchemaException if the tables are not as they must be
   */
  static Database connect(
      DataSource dataSource, BackstopConfig config, PersistenceProvider provider)
      throws SQLException {
    Dialect dialect;
    try (Connection connection = dataSource.getConnection()) {
      dialect = Dialect.of(connection);
    }
    if (config.migrate()) {
      Migrations.run(dataSource, dialect);
    }
    Schema.check(dataSource, dialect.folder());
    Database database = new Database(dataSource, dialect, Providers.open(provider, dataSource));
    try {
      database.find(new RowKey("", ""), true);
      return database;
    } catch (RuntimeException failure) {
      database.close();
      SqlFailures kind = SqlFailures.of(failure);
      if (kind == SqlFailures.SCHEMA || kind == SqlFailures.ROW) {
        throw new BackupSchemaException(
            "The backups' tables can't be read as version "
                + Schema.VERSION
                + " has them: "
                + Outage.why(failure),
            failure);
      }
      throw failure;
    }
  }

  Connection connection() throws SQLException {
    return dataSource.getConnection();
  }

  /** Work on a connection. */
  @FunctionalInterface
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /** Works in one transaction, and leaves the connection as it was: not every pool resets it. */
  <T> T inTransaction(Work<T> work) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      boolean autoCommit = connection.getAutoCommit();
      int timeout = connection.getNetworkTimeout();
      connection.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MILLIS);
      connection.setAutoCommit(false);
      Throwable failed = null;
      try {
        T result = work.on(connection);
        connection.commit();
        return result;
      } catch (Throwable failure) {
        failed = failure;
        throw failure;
      } finally {
        restore(connection, failed, autoCommit, timeout);
      }
    }
  }

  private static void restore(
      Connection connection, @Nullable Throwable failed, boolean autoCommit, int timeout) {
    try {
      if (failed != null) {
        connection.rollback();
      }
      connection.setAutoCommit(autoCommit);
      connection.setNetworkTimeout(Runnable::run, timeout);
    } catch (SQLException broken) {
      if (failed != null) {
        failed.addSuppressed(broken); // the connection is gone, and the transaction with it
      }
    }
  }

  /**
   * Reads a row and its cache's barriers, in one statement. Where there is no row, another one
   * reads the barriers if they matter then.
   */
  Found find(RowKey key, boolean barriersWithoutRow) {
    try (EntityManager entityManager = entityManagers.createEntityManager()) {
      List<Object[]> rows =
          entityManager
              .createQuery(FIND, Object[].class)
              .setParameter("cache", key.cache())
              .setParameter("key", key.key())
              .getResultList();
      if (!rows.isEmpty()) {
        return found(rows.get(0));
      }
      return barriersWithoutRow
          ? new Found(Backup.NONE, barrier(entityManager, key.cache()), null)
          : Found.NOTHING;
    }
  }

  private static Barrier barrier(EntityManager entityManager, String cache) {
    List<Object[]> rows =
        entityManager
            .createQuery(FIND_BARRIER, Object[].class)
            .setParameter("cache", cache)
            .getResultList();
    return rows.isEmpty() ? Barrier.NONE : barrier(rows.get(0)[0], rows.get(0)[1]);
  }

  private static Barrier barrier(@Nullable Object expired, @Nullable Object cleared) {
    return new Barrier(micros(expired), micros(cleared));
  }

  private static Found found(@Nullable Object[] row) {
    byte[] bytes = (byte[]) row[3];
    Integer format = (Integer) row[5];
    Blob blob =
        bytes == null || row[4] == null || format == null
            ? null
            : new Blob(bytes, (String) row[4], format, String.valueOf(row[6]));
    Backup backup =
        new Backup(micros(row[0]), micros(row[1]), micros(row[2]), micros(row[9]), blob);
    return new Found(backup, barrier(row[7], row[8]), null);
  }

  private static long micros(@Nullable Object instant) {
    return instant == null ? Long.MIN_VALUE : Micros.of((Instant) instant);
  }

  /** Asks the database for its time. */
  Sample time() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      long sent = System.nanoTime();
      try (ResultSet answer = statement.executeQuery(dialect.time())) {
        long arrived = System.nanoTime();
        answer.next();
        OffsetDateTime time = answer.getObject(1, OffsetDateTime.class);
        return new Sample(sent, arrived, Micros.of(time.toInstant()));
      }
    }
  }

  @Override
  public void close() {
    entityManagers.close();
  }
}
