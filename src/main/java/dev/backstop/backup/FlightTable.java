package dev.backstop.backup;

import dev.backstop.LoadFailure;
import dev.backstop.clock.Micros;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table {@code backstop_flight}, for one node. */
final class FlightTable {
  /** Longer than a get may wait that another shared its load with. */
  private static final Duration KEPT = Duration.ofMinutes(10);

  /** What the columns have room for. */
  private static final int LONGEST_TYPE = 256;

  private static final int LONGEST_FAILURE = 1024;

  /**
   * Whether a claim takes the place of row f: its load is over by far, or was ours; or it landed
   * before who claims began, and failed long enough ago; or it is the one that who claims has seen
   * and can't use; or it is from the future, as the clock was set back. Parameters: now, the begin,
   * now, when that landed or null, where the future begins.
   */
  static final String FREE =
      """
      f.landed_at is null and (f.claimed_until < cast(? as timestamp(6) with time zone) or f.node = s.node)
      or f.landed_at < cast(? as timestamp(6) with time zone)
        and (f.failed_until is null or f.failed_until <= cast(? as timestamp(6) with time zone))
      or f.landed_at = cast(? as timestamp(6) with time zone)
      or f.claimed_at > cast(? as timestamp(6) with time zone)""";

  private static final String READ =
      "select claimed_at, claimed_until, landed_at, outcome, failed_until, failure_type, failure"
          + " from backstop_flight where cache_name = ? and cache_key = ?";

  private static final String LAND =
      "update backstop_flight set landed_at = ?, outcome = ?, failed_until = ?, failure_type = ?, failure = ?"
          + " where cache_name = ? and cache_key = ? and node = ? and claimed_at = ? and landed_at is null";

  private final Dialect dialect;
  private final UUID node;

  FlightTable(Dialect dialect, UUID node) {
    this.dialect = dialect;
    this.node = node;
  }

  /**
   * Claims a load.
   *
   * @param begun when who claims began: a load that ended later is shared
   * @param seen what it has seen and can't use, or null
   * @return the claim, or what stands in its way; null if that has just gone
   */
  @Nullable FlightState claim(
      Connection connection,
      RowKey key,
      long begun,
      long now,
      long until,
      @Nullable FlightEnd seen,
      long future)
      throws SQLException {
    try (PreparedStatement claim = connection.prepareStatement(dialect.claim())) {
      claim.setString(1, key.cache());
      claim.setString(2, key.key());
      claim.setObject(3, node);
      claim.setObject(4, Micros.utc(now));
      claim.setObject(5, Micros.utc(until));
      claim.setObject(6, Micros.utc(now));
      claim.setObject(7, Micros.utc(begun));
      claim.setObject(8, Micros.utc(now));
      claim.setObject(9, seen == null ? null : Micros.utc(seen.landedAt()));
      claim.setObject(10, Micros.utc(future));
      if (claim.executeUpdate() == 1) {
        return new FlightState(key, true, now, until, null);
      }
    } catch (SQLException failure) {
      if (SqlFailures.of(failure) != SqlFailures.COLLISION) {
        throw failure;
      } // someone else claimed it in this moment
    }
    return read(connection, key);
  }

  /** Returns who loads a key; null if nobody claimed it. */
  @Nullable FlightState read(Connection connection, RowKey key) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(READ)) {
      select.setString(1, key.cache());
      select.setString(2, key.key());
      try (ResultSet found = select.executeQuery()) {
        return found.next()
            ? new FlightState(key, false, micros(found, 1), micros(found, 2), end(found))
            : null;
      }
    }
  }

  private static @Nullable FlightEnd end(ResultSet found) throws SQLException {
    String how = found.getString(4);
    if (how == null) {
      return null;
    }
    String type = found.getString(6);
    LoadFailure failure =
        type == null
            ? null
            : new LoadFailure(type, found.getString(7), Micros.instant(micros(found, 3)));
    return new FlightEnd(
        FlightEnd.How.valueOf(how),
        micros(found, 3),
        failure == null ? Long.MIN_VALUE : micros(found, 5),
        failure);
  }

  private static long micros(ResultSet found, int column) throws SQLException {
    return Micros.of(found.getObject(column, OffsetDateTime.class).toInstant());
  }

  /** A claim of ours, and how its load ended. */
  record Landed(FlightState claim, FlightEnd end) {}

  /** Notes how loads ended, each unless someone else has claimed it since. */
  int land(Connection connection, List<Landed> all) throws SQLException {
    try (PreparedStatement land = connection.prepareStatement(LAND)) {
      for (Landed each : all) {
        FlightEnd end = each.end();
        LoadFailure failure = end.failure();
        land.setObject(1, Micros.utc(end.landedAt()));
        land.setString(2, end.how().name());
        land.setObject(3, failure == null ? null : Micros.utc(end.failedUntil()));
        land.setString(4, failure == null ? null : cut(failure.type(), LONGEST_TYPE));
        land.setString(5, failure == null ? null : cut(failure.message(), LONGEST_FAILURE));
        land.setString(6, each.claim().key().cache());
        land.setString(7, each.claim().key().key());
        land.setObject(8, node);
        land.setObject(9, Micros.utc(each.claim().claimedAt()));
        land.addBatch();
      }
      return land.executeBatch().length;
    }
  }

  /** No more than the column has room for, and nothing that PostgreSQL has no character for. */
  private static @Nullable String cut(@Nullable String text, int longest) {
    if (text == null) {
      return null;
    }
    String storable = Objects.requireNonNull(text).replace('\0', ' ');
    int end = Math.min(storable.length(), longest);
    boolean splitsPair = end > 0 && Character.isHighSurrogate(storable.charAt(end - 1));
    return storable.substring(0, splitsPair ? end - 1 : end);
  }

  /** Deletes what nobody waits for any more. */
  static int cull(Connection connection, long now) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement(
            "delete from backstop_flight where claimed_until < ?"
                + " and (failed_until is null or failed_until < ?)")) {
      delete.setObject(1, Micros.utc(now - Micros.of(KEPT)));
      delete.setObject(2, Micros.utc(now));
      return delete.executeUpdate();
    }
  }
}
