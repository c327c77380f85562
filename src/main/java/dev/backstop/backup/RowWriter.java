package dev.backstop.backup;

import dev.backstop.clock.Micros;
import dev.backstop.clock.StampClock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Runs the dialect's statements on one connection. Plain JDBC: JPA has no guarded upsert. */
final class RowWriter {
  private final Connection connection;
  private final Dialect dialect;
  private final StampClock clock;

  RowWriter(Connection connection, Dialect dialect, StampClock clock) {
    this.connection = connection;
    this.dialect = dialect;
    this.clock = clock;
  }

  /** Writes what is queued for one row. */
  Outcome write(Pending row) throws SQLException {
    Outcome outcome = Outcome.STORED;
    if (row.expiry != null) {
      expire(row.key, clock.current(row.expiry.stamp()));
    }
    if (row.content instanceof Change.Value value) {
      outcome = store(dialect.store(), row.key, value);
    } else if (row.content instanceof Change.Removal removal) {
      outcome = remove(row.key, removal);
    }
    return outcome;
  }

  /** Stores a value by one of the dialect's guarded statements. */
  Outcome store(String sql, RowKey key, Change.Value value) throws SQLException {
    long createdAt = clock.current(value.stamp());
    return upsert(sql, key, createdAt, Micros.after(createdAt, value.ttl()), value.blob());
  }

  private Outcome remove(RowKey key, Change.Removal removal) throws SQLException {
    long stamp = clock.current(removal.stamp());
    if (!removal.onlyIfPresent()) {
      return upsert(dialect.remove(), key, stamp, stamp, null);
    }
    try (PreparedStatement statement = connection.prepareStatement(dialect.removePresent())) {
      OffsetDateTime moment = Micros.utc(stamp);
      statement.setObject(1, moment);
      statement.setObject(2, moment);
      statement.setObject(3, moment);
      statement.setString(4, key.cache());
      statement.setString(5, key.key());
      statement.setObject(6, moment);
      statement.executeUpdate();
      return Outcome.STORED; // no row, or a newer one: there is nothing to take back
    }
  }

  private Outcome upsert(
      String sql, RowKey key, long createdAt, long expiresAt, @Nullable Blob blob)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, key.cache());
      statement.setString(2, key.key());
      if (blob == null) {
        statement.setNull(3, Types.VARBINARY);
        statement.setNull(7, Types.VARCHAR);
        statement.setNull(8, Types.INTEGER);
        statement.setNull(9, Types.VARCHAR);
        statement.setNull(10, Types.BIGINT);
      } else {
        statement.setBytes(3, blob.bytes());
        statement.setString(7, blob.codec());
        statement.setInt(8, blob.format());
        statement.setString(9, blob.typeFingerprint());
        statement.setLong(10, blob.bytes().length);
      }
      statement.setObject(4, Micros.utc(createdAt));
      statement.setObject(5, Micros.utc(createdAt));
      statement.setObject(6, Micros.utc(expiresAt));
      try (ResultSet stored = statement.executeQuery()) {
        if (!stored.next()) {
          return Outcome.REFUSED;
        }
        return stored.getBoolean(1) ? Outcome.STALE : Outcome.STORED;
      }
    }
  }

  private void expire(RowKey key, long stamp) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(dialect.expire())) {
      statement.setString(1, key.cache());
      statement.setString(2, key.key());
      statement.setObject(3, Micros.utc(stamp));
      statement.executeUpdate();
    }
  }

  /** Writes what is queued for one cache. */
  void bar(String cache, Barrier barrier) throws SQLException {
    bar(connection, dialect, cache, barrier);
  }

  /** Makes or raises the barriers of a cache, or just its row. */
  static void bar(Connection connection, Dialect dialect, String cache, Barrier barrier)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(dialect.bar())) {
      statement.setString(1, cache);
      setMoment(statement, 2, barrier.expiredBefore());
      setMoment(statement, 3, barrier.clearedBefore());
      statement.executeUpdate();
    }
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
