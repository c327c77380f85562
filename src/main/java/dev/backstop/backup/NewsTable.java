package dev.backstop.backup;

import dev.backstop.clock.Micros;
import dev.backstop.clock.StampClock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code backstop_news}, for one node: what it tells, and what it has heard. Telling and
 * hearing are two threads' work.
 */
interface NewsTable {
  /** What goes before another statement so that this one tells as well; null if none does. */
  default @Nullable String beginning() {
    return null;
  }

  /** Sets its parameters; returns how many they are. */
  default int bind(PreparedStatement statement, List<News> news, long now) throws SQLException {
    return 0;
  }

  /** Tells, in the transaction of that connection. */
  void tell(Connection connection, List<News> news, long now) throws SQLException;

  /**
   * Returns what others have told since the last time, or since before it if it became visible
   * since; null if that can't be known. The first time there is nothing.
   */
  @Nullable List<News> read(Connection connection, long now) throws SQLException;

  /** Who did not read for longer may have missed something. */
  Duration memory();

  /** Has the database wake who waits on that connection; null if it can't. */
  default @Nullable Bell bell(Connection connection) throws SQLException {
    return null;
  }

  /** Deletes what everybody has heard. */
  static int cull(Connection connection, long now) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("delete from backstop_news where told_at < ?")) {
      delete.setObject(1, Micros.utc(now - Micros.of(News.KEPT)));
      return delete.executeUpdate();
    }
  }

  /** What others are to hear of a batch. */
  static List<News> of(Batch batch, StampClock clock) {
    List<News> news = new ArrayList<>();
    for (PendingBarrier pending : batch.barriers()) {
      Barrier barrier = pending.at(clock);
      add(news, pending.cache, News.Kind.CLEAR, barrier.clearedBefore());
      add(news, pending.cache, News.Kind.EXPIRE_ALL, barrier.expiredBefore());
    }
    for (Pending row : batch.rows()) {
      if (row.expiry != null) {
        news.add(of(row.key, row.expiry, clock));
      }
      if (row.told != null) {
        news.add(of(row.key, row.told, clock));
      }
    }
    return news;
  }

  private static void add(List<News> news, String cache, News.Kind kind, long stamp) {
    if (stamp != Long.MIN_VALUE) {
      news.add(new News(cache, null, kind, stamp));
    }
  }

  /** What others are to hear of a change. */
  static News of(RowKey key, Change change, StampClock clock) {
    News.Kind kind =
        change instanceof Change.Value
            ? News.Kind.PUT
            : change instanceof Change.Removal ? News.Kind.REMOVE : News.Kind.EXPIRE;
    return new News(key.cache(), key.key(), kind, clock.current(change.stamp()));
  }

  /** Wakes who waits for news. */
  interface Bell extends AutoCloseable {
    /** Waits until it rings, for so long at most; returns whether it rang. */
    boolean await(Duration time) throws SQLException;

    /** Leaves the connection as it was. */
    @Override
    void close() throws SQLException;
  }
}
