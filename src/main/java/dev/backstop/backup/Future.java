package dev.backstop.backup;

import dev.backstop.clock.Micros;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.OffsetDateTime;

/**
 * What was stamped before the database's clock was set back, and so lies in the future: it would
 * win over what comes until then, and hide what changes until then from who asks what changed
 * since. It is taken for stamped by now and for expired, so that it can stand in.
 */
final class Future {
  private static final String OF_THE_NAMESPACE =
      " where substring(cache_name from 1 for position(':' in cache_name)) = ?";

  /** What is stamped so expires no earlier, and is found by that along an index. */
  private static final String END_ROWS =
      "update backstop_backup set "
          + ends("created_at")
          + ends("last_access")
          + ends("expires_at")
          + "expired_at = cast(? as timestamp(6) with time zone)"
          + OF_THE_NAMESPACE
          + " and expires_at > ? and (created_at > ? or blob is null)";

  private static final String END_BARRIERS =
      "update backstop_cache set "
          + ends("expired_before")
          + ends("cleared_before")
          + "culled_at = null"
          + OF_THE_NAMESPACE
          + " and (expired_before > ? or cleared_before > ?)";

  private Future() {}

  /** A null stays one. */
  private static String ends(String column) {
    return "%1$s = case when %1$s > ? then ? else %1$s end, ".formatted(column);
  }

  /** Takes what is stamped above {@code future} for stamped by now. */
  static int end(Connection connection, String namespace, long now, long future)
      throws SQLException {
    OffsetDateTime to = Micros.utc(now);
    OffsetDateTime above = Micros.utc(future);
    return execute(connection, END_BARRIERS, above, to, above, to, namespace, above, above)
        + execute(connection, END_ROWS, to, to, to, to, to, to, to, namespace, above, above);
  }

  private static int execute(Connection connection, String sql, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      return statement.executeUpdate();
    }
  }
}
