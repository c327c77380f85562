package dev.backstop.backup;

import dev.backstop.clock.Micros;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Tells time that passed from time that someone was there. A weekend switched off must not delete
 * on Monday what Monday needs: a gap between heartbeats moves the cull's horizon back by the gap,
 * until a whole idle time has passed since.
 *
 * @param aliveSince since when there was no gap, in microseconds
 * @param awayMicros how long the gap before was, with the gaps before it that still counted
 */
record Heartbeat(long aliveSince, long awayMicros) {
  /** What is no gap: heartbeats come once a minute at least. */
  private static final long GAP = Micros.of(Duration.ofMinutes(5));

  /** Beats, and returns what there is to know of the gaps before. */
  static Heartbeat beat(
      Connection connection, Dialect dialect, String namespace, long now, long idle)
      throws SQLException {
    Heartbeat before = null;
    long aliveAt = now;
    try (PreparedStatement select =
        connection.prepareStatement(
            "select alive_at, alive_since, away_micros from backstop_cache where cache_name = ?")) {
      select.setString(1, row(namespace));
      try (ResultSet found = select.executeQuery()) {
        if (found.next()) {
          aliveAt = micros(found.getObject(1, OffsetDateTime.class), now);
          before =
              new Heartbeat(
                  micros(found.getObject(2, OffsetDateTime.class), now), found.getLong(3));
        }
      }
    }
    if (before == null) {
      RowWriter.makeRow(connection, dialect, row(namespace));
    }
    Heartbeat next = before == null ? new Heartbeat(now, 0) : before.after(aliveAt, now, idle);
    next.write(connection, row(namespace), now);
    return next;
  }

  private Heartbeat after(long aliveAt, long now, long idle) {
    long gap = now - aliveAt;
    if (gap <= GAP) {
      return this;
    }
    boolean earlierGapCounts = aliveAt - aliveSince < idle;
    return new Heartbeat(now, gap + (earlierGapCounts ? awayMicros : 0));
  }

  private void write(Connection connection, String row, long now) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "update backstop_cache set alive_at = ?, alive_since = ?, away_micros = ?"
                + " where cache_name = ?")) {
      statement.setObject(1, Micros.utc(now));
      statement.setObject(2, Micros.utc(aliveSince));
      statement.setLong(3, awayMicros);
      statement.setString(4, row);
      statement.executeUpdate();
    }
  }

  /** What was last accessed before it is idle. */
  long horizon(long now, long idle) {
    return now - idle - (now - aliveSince < idle ? awayMicros : 0);
  }

  static String row(String namespace) {
    return namespace.isEmpty() ? ":" : namespace;
  }

  private static long micros(@Nullable OffsetDateTime moment, long otherwise) {
    return moment == null ? otherwise : Micros.of(moment.toInstant());
  }
}
