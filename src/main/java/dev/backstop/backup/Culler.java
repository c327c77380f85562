package dev.backstop.backup;

import dev.backstop.BackstopConfig;
import dev.backstop.CullReport;
import dev.backstop.clock.Micros;
import dev.backstop.clock.Stamp;
import dev.backstop.clock.StampClock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Deletes backups that are past their ttl and that nobody asked for in the idle time, tombstones
 * that no load can be old enough to meet, what was cleared, and what is beyond a cache's limit.
 * What is written while it runs is looked at again by the delete itself.
 *
 * <p>Each node takes its turn by a row in {@code backstop_cache}: the namespace's, and for its
 * limit the cache's own, since not every node knows of every cache.
 */
final class Culler {
  /** How many accesses are written in one transaction. */
  private static final int NOTES = 20;

  /** How long a note waits for a row that someone else has locked. */
  private static final Duration PATIENCE = Duration.ofMillis(20);

  private final String namespace;
  private final StampClock clock;
  private final AccessNotes notes;
  private final long idle;
  private final long tombstoneFor;

  private final Map<String, CacheLimit> limits = new ConcurrentHashMap<>();

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
    return database.change(
        true,
        connection -> Heartbeat.beat(connection, database.dialect, namespace, clock.now(), idle));
  }

  /**
   * In order, as the writer writes, and some at a time: what a commit has outdated makes room on
   * its page for the next update, which PostgreSQL then need not note in any index.
   */
  private void writeNotes(Database database) throws SQLException {
    Map<RowKey, Long> taken = notes.take();
    List<Map.Entry<RowKey, Long>> all = List.copyOf(new TreeMap<>(taken).entrySet());
    try {
      for (int from = 0; from < all.size(); from += NOTES) {
        write(database, all.subList(from, Math.min(all.size(), from + NOTES)));
      }
    } catch (SQLException | RuntimeException | Error failure) {
      notes.putBack(taken); // to write a note twice does no harm
      throw failure;
    }
  }

  /** Those whose rows someone else holds are noted again: they are skipped by a cull, too. */
  private void write(Database database, List<Map.Entry<RowKey, Long>> some) throws SQLException {
    try {
      database.change(false, connection -> touch(connection, database.dialect, some));
    } catch (SQLException failure) {
      SqlFailures kind = SqlFailures.of(failure);
      if (kind != SqlFailures.LOCKED && kind != SqlFailures.COLLISION) {
        throw failure;
      }
      if (some.size() == 1) {
        notes.note(some.get(0).getKey(), some.get(0).getValue());
        return;
      }
      for (Map.Entry<RowKey, Long> one : some) {
        write(database, List.of(one));
      }
    }
  }

  private static int touch(
      Connection connection, Dialect dialect, List<Map.Entry<RowKey, Long>> some)
      throws SQLException {
    try (PreparedStatement touch = connection.prepareStatement(dialect.touch())) {
      for (Map.Entry<RowKey, Long> note : some) {
        touch.setObject(1, Micros.utc(note.getValue()));
        touch.setString(2, note.getKey().cache());
        touch.setString(3, note.getKey().key());
        touch.setObject(4, Micros.utc(note.getValue()));
        dialect.bindPatience(touch, 5, PATIENCE);
        touch.addBatch();
      }
      return touch.executeBatch().length;
    }
  }

  /** Ends what is stamped in the future, as the database's clock was set back at that stamp. */
  void endFuture(Database database, Stamp setBackAt) throws SQLException {
    long at = clock.current(setBackAt);
    long future = clock.future();
    database.change(false, connection -> Future.end(connection, namespace, at, future));
  }

  /** Limits a cache; known from when it is opened here. */
  void limit(String cache, CacheLimit limit) {
    if (!limit.isNone()) {
      limits.put(cache, limit);
    }
  }

  /** Says what a cull would delete now. */
  CullReport preview(Database database) throws SQLException {
    Walk walk = new Walk(database, () -> false, () -> {});
    return cull(database, row -> true, walk::count, (doomed, excess) -> excess.deletions());
  }

  /** Culls until nothing is left to cull, or {@code stop} holds. */
  CullReport cull(Database database, BooleanSupplier stop) throws SQLException {
    Walk walk = new Walk(database, stop, () -> writeNotes(database));
    cullNodes(database);
    return cull(database, row -> true, walk::delete, walk::delete);
  }

  /** The same for what no other node began to cull within that time. */
  void cullInTurn(Database database, long within, BooleanSupplier stop) throws SQLException {
    Walk walk = new Walk(database, stop, () -> writeNotes(database));
    cullNodes(database);
    cull(database, row -> claim(database, row, within), walk::delete, walk::delete);
  }

  /** Deletes what nodes no longer need of what they told each other. */
  private void cullNodes(Database database) throws SQLException {
    long now = clock.now();
    if (database.news != null) {
      database.change(true, connection -> NewsTable.cull(connection, now));
    }
    database.change(true, connection -> FlightTable.cull(connection, now));
  }

  /** Whether it is our turn to cull what has that row in {@code backstop_cache}. */
  private interface Turn {
    boolean isOurs(String row) throws SQLException;
  }

  /** What is done to the doomed; returns how many rows they are. */
  private interface Way {
    long of(Doomed doomed) throws SQLException;
  }

  /** The same for those of whom only the excess is doomed. */
  private interface ExcessWay {
    long of(Doomed doomed, Excess excess) throws SQLException;
  }

  private CullReport cull(Database database, Turn turn, Way way, ExcessWay excessWay)
      throws SQLException {
    long now = clock.now();
    Heartbeat heartbeat = beat(database);
    long horizon = heartbeat.horizon(now, idle);
    long traces = heartbeat.horizon(now, tombstoneFor);
    long idleRows = 0;
    long tombstones = 0;
    long cleared = 0;
    if (turn.isOurs(Heartbeat.row(namespace))) {
      idleRows = way.of(Doomed.idle(namespace, now, horizon, traces));
      tombstones = way.of(Doomed.tombstones(namespace, traces));
      cleared = cleared(database, way);
    }
    long excessRows = 0;
    for (Map.Entry<String, CacheLimit> limit : limits.entrySet()) {
      String cache = limit.getKey();
      if (turn.isOurs(cache)) {
        Excess excess =
            database.scan(
                connection -> Excess.of(connection, cache, limit.getValue(), now, horizon));
        excessRows += excessWay.of(Doomed.excess(cache, excess.last(), traces), excess);
      }
    }
    return new CullReport(idleRows, tombstones, cleared, excessRows);
  }

  private long cleared(Database database, Way way) throws SQLException {
    long rows = 0;
    for (Map.Entry<String, Long> barrier : barriers(database).entrySet()) {
      String cache = barrier.getKey();
      long before = barrier.getValue();
      if (clearedUpTo.getOrDefault(cache, Long.MIN_VALUE) < before) {
        Doomed doomed = Doomed.cleared(cache, before);
        long found = way.of(doomed);
        // None was found: but some may have been skipped, because someone else held them.
        if (found == 0 && new Walk(database, () -> false, () -> {}).count(doomed) == 0) {
          clearedUpTo.put(cache, before);
        }
        rows += found;
      }
    }
    return rows;
  }

  private Map<String, Long> barriers(Database database) throws SQLException {
    Map<String, Long> barriers = new LinkedHashMap<>();
    try (Connection connection = database.connection();
        PreparedStatement select =
            connection.prepareStatement(
                "select cache_name, cleared_before from backstop_cache where cleared_before is not null"
                    + " and substring(cache_name from 1 for position(':' in cache_name)) = ?")) {
      connection.setAutoCommit(true);
      select.setString(1, namespace);
      try (ResultSet caches = select.executeQuery()) {
        while (caches.next()) {
          OffsetDateTime before = caches.getObject(2, OffsetDateTime.class);
          barriers.put(caches.getString(1), Micros.of(before.toInstant()));
        }
      }
    }
    return barriers;
  }

  /** Whether no other node claimed that row within that time; then it is ours. */
  private boolean claim(Database database, String row, long within) throws SQLException {
    return database.change(true, connection -> claim(connection, database.dialect, row, within));
  }

  private boolean claim(Connection connection, Dialect dialect, String row, long within)
      throws SQLException {
    long now = clock.now();
    RowWriter.makeRow(connection, dialect, row);
    try (PreparedStatement claim =
        connection.prepareStatement(
            "update backstop_cache set culled_at = ?"
                + " where cache_name = ? and (culled_at is null or culled_at <= ?)")) {
      claim.setObject(1, Micros.utc(now));
      claim.setString(2, row);
      claim.setObject(3, Micros.utc(now - within));
      return claim.executeUpdate() == 1;
    }
  }
}
