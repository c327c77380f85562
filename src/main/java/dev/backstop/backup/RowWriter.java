package dev.backstop.backup;

import dev.backstop.Validators;
import dev.backstop.clock.Micros;
import dev.backstop.clock.Stamp;
import dev.backstop.clock.StampClock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Runs the dialect's statements on one connection. Plain JDBC: JPA has no guarded upsert. */
final class RowWriter {
  private final Connection connection;
  private final Dialect dialect;
  private final StampClock clock;
  private final Duration patience;
  private final Telling telling;

  /** With how long to wait for a row that someone else has locked, and what others are told. */
  RowWriter(
      Connection connection,
      Dialect dialect,
      StampClock clock,
      Duration patience,
      Telling telling) {
    this.connection = connection;
    this.dialect = dialect;
    this.clock = clock;
    this.patience = patience;
    this.telling = telling;
  }

  /** Writes a batch, and returns what became of its rows, in their order. */
  List<Outcome> write(Batch batch) throws SQLException {
    for (PendingBarrier barrier : batch.barriers()) {
      try (PreparedStatement statement = telling.prepare(connection, dialect.bar())) {
        int before = telling.bind(statement, clock.now());
        bar(statement, before, dialect, barrier.cache, barrier.at(clock), patience);
      }
    }
    Map<RowKey, Stamp> expiries = new LinkedHashMap<>();
    List<NewRow> loads = new ArrayList<>();
    List<NewRow> changes = new ArrayList<>();
    Map<RowKey, Stamp> removals = new LinkedHashMap<>();
    for (Pending row : batch.rows()) {
      if (row.expiry != null) {
        expiries.put(row.key, row.expiry.stamp());
      }
      if (row.needsRow()) {
        Change content = Objects.requireNonNull(row.content);
        (content.stamp().isLatest() ? changes : loads).add(newRow(row.key, content));
      } else if (row.content != null) {
        removals.put(row.key, row.content.stamp());
      }
    }
    mark(dialect.expire(), expiries); // first, so that a value learns at once that it is expired
    Map<RowKey, Outcome> stored = new HashMap<>();
    // What is in the future may be a removal that came after a load, but not after a change.
    store(dialect.store(), loads, Micros.END_OF_TIME, stored);
    store(dialect.store(), changes, clock.future(), stored);
    mark(dialect.removePresent(), removals);
    telling.tell(connection, clock.now());
    return batch.rows().stream()
        .map(
            row ->
                row.needsRow()
                    ? stored.getOrDefault(row.key, Outcome.REFUSED)
                    : Outcome.STORED) // no row, or a newer one: there is nothing to take back
        .toList();
  }

  /** Adds one value by the dialect's guarded statement. */
  Outcome add(RowKey key, Change.Value value) throws SQLException {
    Map<RowKey, Outcome> stored = new HashMap<>();
    store(dialect.add(), List.of(newRow(key, value)), clock.future(), stored);
    if (!stored.isEmpty()) {
      telling.tell(connection, clock.now());
    }
    return stored.getOrDefault(key, Outcome.REFUSED);
  }

  private NewRow newRow(RowKey key, Change content) {
    long createdAt = clock.current(content.stamp());
    return content instanceof Change.Value value
        ? new NewRow(
            key, createdAt, Micros.after(createdAt, value.ttl()), value.blob(), value.validators())
        : new NewRow(key, createdAt, createdAt, null, Validators.NONE);
  }

  /** Notes what became of the rows that were not refused. */
  private void store(String sql, List<NewRow> rows, long future, Map<RowKey, Outcome> outcomes)
      throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = telling.prepare(connection, sql)) {
      int before = telling.bind(statement, clock.now());
      for (int from = 0; from < rows.size(); ) {
        int to = from + Math.min(dialect.rowsPerStore(), rows.size() - from);
        dialect.bind(statement, before, rows.subList(from, to), patience, Micros.utc(future));
        try (ResultSet stored = statement.executeQuery()) {
          while (stored.next()) {
            outcomes.put(
                new RowKey(stored.getString(1), stored.getString(2)),
                stored.getBoolean(3) ? Outcome.STALE : Outcome.STORED);
          }
        }
        from = to;
      }
    }
  }

  /** Runs a statement that takes a row's key and a stamp. */
  private void mark(String sql, Map<RowKey, Stamp> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = telling.prepare(connection, sql)) {
      int before = telling.bind(statement, clock.now());
      for (Map.Entry<RowKey, Stamp> row : rows.entrySet()) {
        statement.setString(before + 1, row.getKey().cache());
        statement.setString(before + 2, row.getKey().key());
        statement.setObject(before + 3, Micros.utc(clock.current(row.getValue())));
        dialect.bindPatience(statement, before + 4, patience);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /** Makes the row of a cache, or of a namespace, in {@code backstop_cache}. */
  static void makeRow(Connection connection, Dialect dialect, String cache) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(dialect.bar())) {
      bar(statement, 0, dialect, cache, Barrier.NONE, Duration.ofSeconds(1));
    }
  }

  /** Makes or raises the barriers of a cache. */
  private static void bar(
      PreparedStatement statement,
      int before,
      Dialect dialect,
      String cache,
      Barrier barrier,
      Duration patience)
      throws SQLException {
    statement.setString(before + 1, cache);
    setMoment(statement, before + 2, barrier.expiredBefore());
    setMoment(statement, before + 3, barrier.clearedBefore());
    dialect.bindPatience(statement, before + 4, patience);
    statement.executeUpdate();
  }

  private static void setMoment(PreparedStatement statement, int index, long micros)
      throws SQLException {
    if (micros == Long.MIN_VALUE) {
      statement.setNull(index, Types.TIMESTAMP_WITH_TIMEZONE);
    } else {
      statement.setObject(index, Micros.utc(micros));
    }
  }
}
