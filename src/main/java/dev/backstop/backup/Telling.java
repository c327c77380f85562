package dev.backstop.backup;

import dev.backstop.clock.StampClock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a write tells other nodes, in its own transaction: with its one statement, where it has one
 * and the database can, or by another.
 *
 * @param table null if nothing is told
 * @param beginning what that one statement begins with, or null
 */
record Telling(@Nullable NewsTable table, List<News> news, @Nullable String beginning) {
  static final Telling NOTHING = new Telling(null, List.of(), null);

  static Telling of(
      @Nullable NewsTable table, Batch batch, boolean isOneStatement, StampClock clock) {
    List<News> news = table == null ? List.of() : NewsTable.of(batch, clock);
    return table == null || news.isEmpty()
        ? NOTHING
        : new Telling(table, news, isOneStatement ? table.beginning() : null);
  }

  /** Whether it needs a statement of its own. */
  boolean needsStatement() {
    return table != null && beginning == null;
  }

  PreparedStatement prepare(Connection connection, String sql) throws SQLException {
    return connection.prepareStatement(beginning == null ? sql : beginning + sql);
  }

  /** Sets what was begun with; returns how many parameters come before the statement's own. */
  int bind(PreparedStatement statement, long now) throws SQLException {
    return table == null || beginning == null ? 0 : table.bind(statement, news, now);
  }

  /** The statement of its own, if it needs one. */
  void tell(Connection connection, long now) throws SQLException {
    if (table != null && needsStatement()) {
      table.tell(connection, news, now);
    }
  }
}
