package dev.backstop.backup;

import dev.backstop.BackstopConfig;
import dev.backstop.BackupSchemaException;
import dev.backstop.clock.Micros;
import dev.backstop.clock.Sample;
import dev.backstop.clock.StampClock;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.TypedQuery;
import jakarta.persistence.spi.PersistenceProvider;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A database that answered, with its tables as they must be. */
final class Database implements AutoCloseable {
  /** A large row may take longer than a caller waits; a caller does not wait for it. */
  static final Duration NETWORK_TIMEOUT = Duration.ofSeconds(30);

  /** For what a cull does: it may look at every row of a cache. */
  private static final Duration SCAN_TIMEOUT = Duration.ofMinutes(2);

  /** For a row that someone else had locked already. */
  private static final Duration NO_PATIENCE = Duration.ofMillis(10);

  private final Connections connections;
  private final Duration bound;
  private final EntityManagerFactory entityManagers;
  private final RowReader rows;
  final Dialect dialect;

  /** Where nodes tell each other; null if this one neither tells nor hears. */
  final @Nullable NewsTable news;

  /** Where nodes agree on who loads. */
  final FlightTable flights;

  private Database(
      Connections connections,
      Duration bound,
      Dialect dialect,
      @Nullable NewsTable news,
      FlightTable flights,
      EntityManagerFactory entityManagers) {
    this.connections = connections;
    this.bound = bound;
    this.dialect = dialect;
    this.news = news;
    this.flights = flights;
    this.entityManagers = entityManagers;
    this.rows = new RowReader(entityManagers);
  }

  /**
   * Migrates, and reads once, so that what is wrong shows at the start.
   *
   * @throws BackupSchemaException if the tables are not as they must be
   */
  static Database connect(
      DataSource dataSource, Dialect dialect, BackstopConfig config, PersistenceProvider provider)
      throws SQLException {
    Connections connections =
        new Connections(dataSource, config.backupTimeout(), dialect.savesInParts());
    if (config.migrate()) {
      Migrations.run(dataSource, dialect);
    }
    Schema.check(connections, dialect.folder());
    UUID node = UUID.randomUUID();
    Database database =
        new Database(
            connections,
            config.backupTimeout(),
            dialect,
            config.heardWithin() == null ? null : dialect.news(node),
            new FlightTable(dialect, node),
            Providers.open(provider, dataSource));
    try {
      database.find(new RowKey("", ""), true);
      return database;
    } catch (RuntimeException failure) {
      database.close();
      SqlFailures kind = SqlFailures.of(failure);
      if (kind == SqlFailures.SCHEMA || kind.isOfTheRow()) {
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
    return connections.open();
  }

  /** Looks at many rows, for a cull. */
  <T> T scan(Connections.Work<T> work) throws SQLException {
    return connections.on(false, SCAN_TIMEOUT, work);
  }

  /** Writes for a cull, in one transaction or in one per statement. */
  <T> T change(boolean autoCommit, Connections.Work<T> work) throws SQLException {
    return connections.write(autoCommit, SCAN_TIMEOUT, work);
  }

  /** See {@link Connections#alone}. */
  <T> T alone(Connections.Question<T, SQLException> write) throws SQLException {
    return connections.alone(write);
  }

  /** Writes what a caller waits for, in one transaction or in one per statement. */
  <T> T brief(boolean autoCommit, Connections.Work<T> work) throws SQLException {
    return connections.trying(() -> connections.write(autoCommit, bound, work));
  }

  /** Works for long, in one transaction per statement, each of which may take the bound. */
  <T> T stay(Connections.Work<T> work) throws SQLException {
    return connections.on(true, bound, work);
  }

  /** Reads, as long as a caller waits. */
  <T> T read(Connections.Work<T> work) throws SQLException {
    return connections.trying(() -> connections.on(true, bound, work));
  }

  /** Reads by Jakarta Persistence. */
  <T> List<T> query(String jpql, Class<T> type, Consumer<TypedQuery<T>> parameters) {
    return connections.trying(
        () -> {
          try (EntityManager entityManager = entityManagers.createEntityManager()) {
            TypedQuery<T> query = entityManager.createQuery(jpql, type);
            parameters.accept(query);
            return query.getResultList();
          }
        });
  }

  /**
   * Writes a batch, and returns what became of its rows, in their order. One statement is a
   * transaction of its own, without the round trip of a commit.
   */
  List<Outcome> write(Batch batch, StampClock clock) throws SQLException {
    Duration patience = batch.wasHeld() ? NO_PATIENCE : bound.dividedBy(4);
    boolean isOneStatement = batch.isOneStatement(dialect.rowsPerStore());
    Telling telling = Telling.of(news, batch, isOneStatement, clock);
    boolean autoCommit = isOneStatement && !telling.needsStatement();
    return connections.trying(
        () ->
            connections.write(
                autoCommit,
                NETWORK_TIMEOUT,
                connection ->
                    new RowWriter(connection, dialect, clock, patience, telling).write(batch)));
  }

  /** Tells what is in no batch. */
  News tell(News what, StampClock clock) throws SQLException {
    NewsTable table = Objects.requireNonNull(news);
    return connections.write(
        false,
        bound,
        connection -> {
          table.tell(connection, List.of(what), clock.now());
          return what;
        });
  }

  /** Stores a value if nothing fresh is there. */
  Outcome add(RowKey key, Change.Value value, StampClock clock) throws SQLException {
    for (int tries = 1; ; tries++) {
      try {
        Telling telling =
            news == null
                ? Telling.NOTHING
                : new Telling(news, List.of(NewsTable.of(key, value, clock)), null);
        return connections.write(
            !telling.needsStatement(),
            bound,
            connection ->
                new RowWriter(connection, dialect, clock, bound.dividedBy(4), telling)
                    .add(key, value));
      } catch (SQLException failure) {
        // Not where a connection broke: it may have been stored, and would then be refused.
        if (SqlFailures.of(failure) != SqlFailures.COLLISION || tries == 10) {
          throw failure;
        }
      }
    }
  }

  /** See {@link RowReader#find}. */
  Found find(RowKey key, boolean barriersWithoutRow) {
    return connections.trying(() -> rows.find(key, barriersWithoutRow));
  }

  /** See {@link RowReader#findAll}. */
  Map<String, Found> findAll(String cache, List<String> keys, boolean barriersWithoutRow) {
    return connections.trying(() -> rows.findAll(cache, keys, barriersWithoutRow));
  }

  /** Asks the database for its time. */
  Sample time() throws SQLException {
    return read(this::time);
  }

  private Sample time(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      long sent = System.nanoTime();
      try (ResultSet answer = statement.executeQuery(dialect.time())) {
        long arrived = System.nanoTime();
        answer.next();
        OffsetDateTime time = answer.getObject(1, OffsetDateTime.class);
        return new Sample(sent, arrived, Micros.of(time.toInstant()));
      }
    }
  }

  /**
   * Reads the tables, as a read of a backup would.
   *
   * @throws SQLException also if that took longer than anyone would wait
   */
  void probe() throws SQLException {
    long began = System.nanoTime();
    connections.on(
        false,
        bound.multipliedBy(2), // the server's own limit comes first
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.execute(dialect.probe(bound));
          }
        });
    if (System.nanoTime() - began > bound.toNanos()) {
      throw new SQLTimeoutException("The database answers, but it takes longer than " + bound);
    }
  }

  @Override
  public void close() {
    entityManagers.close();
  }
}
