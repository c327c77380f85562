package dev.backstop.backup;

import dev.backstop.BackstopConfig;
import dev.backstop.CullReport;
import dev.backstop.clock.Micros;
import dev.backstop.clock.StampClock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Deletes backups that are past their ttl and that nobody asked for in the idle time, tombstones
 * that no load can be old enough to meet, and what was cleared. In slices with a pause between,
 * each a transaction of its own. What is written while it runs is looked at again by the delete
 * itself.
 */
final class Culler {
  private static final int SLICE = 500;
  private static final long PAUSE_MILLIS = 20;

  private final String namespace;
  private final StampClock clock;
  private final AccessNotes notes;
  private final long idle;
  private final long tombstoneFor;

  /** Up to which stamp the rows of a cleared cache are gone, as far as this process knows. */
  private final Map<String, Long> clearedUpTo = new HashMap<>();

  Culler(BackstopConfig config, StampClock clock, AccessNotes notes) {
    this.namespace = config.namespace().isEmpty() ? "" : config.namespace() + ":";
    this.clock = clock;
    this.notes = notes;
    this.idle = Micros.of(config.culling().idleAfter());
    this.tombstoneFor = Micros.of(config.culling().tombstoneFor());
  }

  /** Writes the access notes and beats. */
  Heartbeat beat(Database database) throws SQLException {
    writeNotes(database);
    try (Connection connection = database.connection()) {
      connection.setAutoCommit(true);
      return Heartbeat.beat(connection, database.dialect, namespace, clock.now(), idle);
    }
  }

  private void writeNotes(Database database) throws SQLException {
    Map<RowKey, Long> taken = notes.take();
    if (taken.isEmpty()) {
      return;
    }
    try {
      database.inTransaction(connection -> touch(connection, database.dialect, taken));
    } catch (SQLException failure) {
      notes.putBack(taken);
      throw failure;
    }
  }

  private static int touch(Connection connection, Dialect dialect, Map<RowKey, Long> taken)
      throws SQLException {
    try (PreparedStatement touch = connection.prepareStatement(dialect.touch())) {
      for (Map.Entry<RowKey, Long> note : new TreeMap<>(taken).entrySet()) {
        touch.setObject(1, Micros.utc(note.getValue()));
        touch.setString(2, note.getKey().cache());
        touch.setString(3, note.getKey().key());
        touch.setObject(4, Micros.utc(note.getValue()));
        touch.addBatch();
      }
      return touch.executeBatch().length;
    }
  }

  /** Whether this node is to cull now: it is, if no other began to within that time. */
  boolean claim(Database database, long within) throws SQLException {
    long now = clock.now();
    try (Connection connection = database.connection();
        PreparedStatement claim =
            connection.prepareStatement(
                "update backstop_cache set culled_at = ?"
                    + " where cache_name = ? and (culled_at is null or culled_at <= ?)")) {
      connection.setAutoCommit(true);
      claim.setObject(1, Micros.utc(now));
      claim.setString(2, Heartbeat.row(namespace));
      claim.setObject(3, Micros.utc(now - within));
      return claim.executeUpdate() == 1;
    }
  }

  /** Says what a cull would delete now. */
  CullReport preview(Database database) throws SQLException {
    long horizon = beat(database).horizon(clock.now(), idle);
    try (Connection connection = database.connection()) {
      connection.setAutoCommit(true);
      long now = clock.now();
      long start = Micros.START_OF_TIME;
      long cleared = 0;
      for (Map.Entry<String, Long> cache : cleared(connection).entrySet()) {
        cleared += count(connection, CullSql.CLEARED, cache.getKey(), start, cache.getValue());
      }
      return new CullReport(
          count(connection, CullSql.IDLE, namespace, start, now, horizon),
          count(connection, CullSql.TOMBSTONES, namespace, start, now - tombstoneFor),
          cleared);
    }
  }

  /** Culls until nothing is left to cull, or {@code stop} holds. */
  CullReport cull(Database database, BooleanSupplier stop) throws SQLException {
    long horizon = beat(database).horizon(clock.now(), idle);
    long now = clock.now();
    long idleRows = slices(database, stop, CullSql.IDLE, namespace, now, horizon);
    long tombstones = slices(database, stop, CullSql.TOMBSTONES, namespace, now - tombstoneFor);
    Map<String, Long> caches;
    try (Connection connection = database.connection()) {
      connection.setAutoCommit(true);
      caches = cleared(connection);
    }
    long clearedRows = 0;
    for (Map.Entry<String, Long> cache : caches.entrySet()) {
      long before = cache.getValue();
      if (clearedUpTo.getOrDefault(cache.getKey(), Long.MIN_VALUE) < before) {
        clearedRows += slices(database, stop, CullSql.CLEARED, cache.getKey(), before);
        clearedUpTo.put(cache.getKey(), before);
      }
    }
    return new CullReport(idleRows, tombstones, clearedRows);
  }

  private Map<String, Long> cleared(Connection connection) throws SQLException {
    Map<String, Long> cleared = new LinkedHashMap<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "select cache_name, cleared_before from backstop_cache where cleared_before is not null"
                + " and substring(cache_name from 1 for position(':' in cache_name)) = ?")) {
      select.setString(1, namespace);
      try (ResultSet caches = select.executeQuery()) {
        while (caches.next()) {
          OffsetDateTime before = caches.getObject(2, OffsetDateTime.class);
          cleared.put(caches.getString(1), Micros.of(before.toInstant()));
        }
      }
    }
    return cleared;
  }

  private static long count(Connection connection, CullSql what, String name, long... moments)
      throws SQLException {
    try (PreparedStatement count = connection.prepareStatement(what.count())) {
      bind(count, name, moments);
      try (ResultSet row = count.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static long slices(
      Database database, BooleanSupplier stop, CullSql what, String name, long... until)
      throws SQLException {
    long[] moments = new long[until.length + 1];
    moments[0] = Micros.START_OF_TIME;
    System.arraycopy(until, 0, moments, 1, until.length);
    long deleted = 0;
    while (!stop.getAsBoolean()) {
      long rows = 0;
      try (Connection connection = database.connection()) {
        connection.setAutoCommit(true); // a slice is one statement
        try (PreparedStatement cull = connection.prepareStatement(database.dialect.cull(what))) {
          int next = bind(cull, name, moments);
          cull.setInt(next, SLICE);
          try (ResultSet gone = cull.executeQuery()) {
            while (gone.next()) {
              rows++;
              OffsetDateTime expiry = gone.getObject(1, OffsetDateTime.class);
              // The next slice begins where this one ended, past the rows that stay.
              moments[0] = Math.max(moments[0], Micros.of(expiry.toInstant()));
            }
          }
        }
      }
      deleted += rows;
      if (rows < SLICE) {
        return deleted;
      }
      pause();
    }
    return deleted;
  }

  private static int bind(PreparedStatement statement, String name, long[] moments)
      throws SQLException {
    statement.setString(1, name);
    for (int i = 0; i < moments.length; i++) {
      statement.setObject(i + 2, Micros.utc(moments[i]));
    }
    return moments.length + 2;
  }

  private static void pause() {
    LockSupport.parkNanos(PAUSE_MILLIS * 1_000_000);
  }
}
