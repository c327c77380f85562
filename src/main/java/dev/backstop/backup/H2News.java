package dev.backstop.backup;

import dev.backstop.clock.Micros;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * H2 does not say which transactions are under way. So each read looks again at all that was told
 * within longer than a transaction of ours may last, and leaves out what it has seen.
 */
final class H2News implements NewsTable {
  /** Twice as long as a write may take. */
  private static final Duration LONGEST = Database.NETWORK_TIMEOUT.multipliedBy(2);

  private static final String TELL =
      "insert into backstop_news (node, cache_name, cache_key, kind, stamp, told_at)"
          + " values (?, ?, ?, ?, ?, ?)";

  private static final String READ =
      "select id, cache_name, cache_key, kind, stamp from backstop_news"
          + " where told_at >= ? and node <> ? order by id";

  private final UUID node;
  private @Nullable Set<Long> seen;

  /** For that node, which does not hear its own. */
  H2News(UUID node) {
    this.node = node;
  }

  @Override
  public void tell(Connection connection, List<News> news, long now) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(TELL)) {
      for (News each : news) {
        insert.setObject(1, node);
        insert.setString(2, each.cache());
        insert.setString(3, each.key());
        insert.setString(4, each.kind().name());
        insert.setObject(5, Micros.utc(each.stamp()));
        insert.setObject(6, Micros.utc(now));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  @Override
  public Duration memory() {
    return Database.NETWORK_TIMEOUT;
  }

  @Override
  public List<News> read(Connection connection, long now) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(READ)) {
      select.setObject(1, Micros.utc(now - Micros.of(LONGEST)));
      select.setObject(2, node);
      Set<Long> before = seen;
      Set<Long> found = new HashSet<>();
      List<News> news = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getLong(1));
          if (before != null && !before.contains(rows.getLong(1))) {
            news.add(
                new News(
                    rows.getString(2),
                    rows.getString(3),
                    News.Kind.valueOf(rows.getString(4)),
                    Micros.of(rows.getObject(5, OffsetDateTime.class).toInstant())));
          }
        }
      }
      seen = found;
      return news;
    }
  }
}
