package dev.backstop.backup;

import dev.backstop.clock.Micros;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads news in the order in which they become visible. That is not the order of their ids: a
 * transaction with a lower one may commit later. So each read notes which transactions its snapshot
 * saw under way, and the next looks for news of these and of all that came later.
 */
final class PostgresNews implements NewsTable {
  /**
   * One row of arrays, whatever the number of news, and in the same round trip the bell, which
   * rings at the commit, once. The channel is the whole database's, and the text is no message: the
   * table is.
   */
  private static final String TELL =
      "insert into backstop_news (node, cache_name, cache_key, kind, stamp, told_at)"
          + " select cast(? as uuid), s.*, cast(? as timestamptz) from unnest(cast(? as varchar[]),"
          + " cast(? as varchar[]), cast(? as varchar[]), cast(? as timestamptz[])) s"
          + " returning pg_notify('"
          + PostgresBell.CHANNEL
          + "', '')";

  /** The snapshot and what it sees are of one statement. */
  private static final String READ =
      "select s.xmax, s.xip, n.cache_name, n.cache_key, n.kind, n.stamp"
          + " from (select cast(pg_snapshot_xmax(c.snapshot) as text) as xmax,"
          + " array(select cast(pg_snapshot_xip(c.snapshot) as text)) as xip"
          + " from (select pg_current_snapshot() as snapshot) c) s"
          + " left join backstop_news n on n.node <> ?"
          + " and (n.xid >= cast(? as xid8) or n.xid = any(cast(? as xid8[])))";

  /** Beyond any transaction: what was told before the first read concerns nobody. */
  private static final String NONE = Long.toString(Long.MAX_VALUE);

  private final UUID node;
  private String xmax = NONE;
  private String[] underWay = {};

  /** For that node, which does not hear its own. */
  PostgresNews(UUID node) {
    this.node = node;
  }

  @Override
  public String beginning() {
    return "with told as (" + TELL + ") ";
  }

  @Override
  public int bind(PreparedStatement statement, List<News> news, long now) throws SQLException {
    Connection connection = statement.getConnection();
    statement.setObject(1, node);
    statement.setObject(2, Micros.utc(now));
    statement.setArray(3, array(connection, "varchar", news.stream().map(News::cache).toArray()));
    statement.setArray(4, array(connection, "varchar", news.stream().map(News::key).toArray()));
    statement.setArray(
        5, array(connection, "varchar", news.stream().map(each -> each.kind().name()).toArray()));
    statement.setArray(
        6,
        array(
            connection,
            "timestamptz",
            news.stream().map(each -> Micros.utc(each.stamp())).toArray()));
    return 6;
  }

  private static Array array(Connection connection, String type, @Nullable Object[] elements)
      throws SQLException {
    return connection.createArrayOf(type, elements);
  }

  @Override
  public void tell(Connection connection, List<News> news, long now) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(TELL)) {
      bind(insert, news, now);
      insert.execute();
    }
  }

  @Override
  public @Nullable List<News> read(Connection connection, long now) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(READ)) {
      select.setObject(1, node);
      select.setString(2, xmax);
      select.setArray(3, array(connection, "text", underWay));
      try (ResultSet found = select.executeQuery()) {
        List<News> news = new ArrayList<>();
        String newest = NONE;
        String[] stillUnderWay = {};
        while (found.next()) {
          newest = found.getString(1);
          stillUnderWay = (String[]) found.getArray(2).getArray();
          if (found.getString(3) != null) {
            news.add(
                new News(
                    found.getString(3),
                    found.getString(4),
                    News.Kind.valueOf(found.getString(5)),
                    Micros.of(found.getObject(6, OffsetDateTime.class).toInstant())));
          }
        }
        boolean isAnother = !xmax.equals(NONE) && Long.parseLong(newest) < Long.parseLong(xmax);
        xmax = newest;
        underWay = stillUnderWay;
        return isAnother ? null : news;
      }
    }
  }

  @Override
  public Duration memory() {
    return News.KEPT.dividedBy(2);
  }

  @Override
  public @Nullable Bell bell(Connection connection) throws SQLException {
    return PostgresBell.on(connection);
  }
}
