package dev.backstop.backup;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Goes along an index, window by window, and deletes in slices: a window is one, unless its last
 * row has many equals. So what a statement costs depends neither on the size of the table nor on
 * how many rows stay. Each is a transaction of its own, and there is a pause for as many as a slice
 * has that were deleted. A walk that is told to stop ends after its slice.
 */
final class Walk {
  private static final int SLICE = CullIndex.WINDOW;
  private static final long PAUSE_NANOS = 20_000_000;

  private final Database database;
  private final BooleanSupplier stop;
  private final Notes notes;
  private long sincePause;

  Walk(Database database, BooleanSupplier stop, Notes notes) {
    this.database = database;
    this.stop = stop;
    this.notes = notes;
  }

  /** What this process knows of accesses. */
  interface Notes {
    /** Writes them down: before each slice, as a walk may be a long one. */
    void write() throws SQLException;
  }

  /** Counts what is doomed. */
  long count(Doomed doomed) throws SQLException {
    return walk(
        doomed,
        window ->
            execute(
                doomed.sql().count(),
                doomed,
                window,
                (count, next) -> {
                  try (ResultSet row = count.executeQuery()) {
                    row.next();
                    return row.getLong(1);
                  }
                }));
  }

  /** Deletes what is doomed, and returns how many rows that were. */
  long delete(Doomed doomed) throws SQLException {
    return deleteSlices(
        doomed,
        database.dialect.cull(doomed.sql()),
        (cull, next) -> {
          cull.setInt(next, SLICE);
          return cull.executeUpdate();
        });
  }

  /** Deletes what is doomed until the excess is gone, and returns how many rows that were. */
  long delete(Doomed doomed, Excess excess) throws SQLException {
    return new Walk(database, () -> excess.isGone() || stop.getAsBoolean(), notes)
        .deleteSlices(
            doomed,
            database.dialect.cullExcess(),
            (cull, next) -> {
              cull.setInt(next, SLICE);
              cull.setLong(next + 1, excess.rows());
              cull.setLong(next + 2, excess.bytes());
              long rows = 0;
              try (ResultSet gone = cull.executeQuery()) {
                while (gone.next()) {
                  excess.lose(gone.getLong(1));
                  rows++;
                }
              }
              return rows;
            });
  }

  private long deleteSlices(Doomed doomed, String sql, Step slice) throws SQLException {
    return walk(
        doomed,
        window -> {
          long deleted = 0;
          long rows;
          do {
            notes.write();
            rows = database.alone(() -> execute(sql, doomed, window, slice));
            deleted += rows;
            pauseAfter(rows);
          } while (rows == SLICE && !stop.getAsBoolean());
          return deleted;
        });
  }

  /** What is done in a window; returns to how many rows. */
  private interface Visit {
    long in(Window window) throws SQLException;
  }

  private record Window(Object from, Object to, boolean isLast) {}

  private long walk(Doomed doomed, Visit visit) throws SQLException {
    CullIndex index = doomed.sql().index();
    Window window = window(doomed, index.start());
    long rows = 0;
    while (window != null && !stop.getAsBoolean()) {
      rows += visit.in(window);
      if (window.isLast()) {
        return rows;
      }
      window = window(doomed, index.after(window.to()));
    }
    return rows;
  }

  /** Returns the window that begins there; null if nothing is behind it. */
  private @Nullable Window window(Doomed doomed, Object from) throws SQLException {
    CullIndex index = doomed.sql().index();
    try (Connection connection = connect();
        PreparedStatement window = connection.prepareStatement(index.window())) {
      window.setObject(1, doomed.within());
      window.setObject(2, from);
      try (ResultSet end = window.executeQuery()) {
        end.next();
        Object to = end.getObject(1, index.type());
        return to == null ? null : new Window(from, to, end.getLong(2) < CullIndex.WINDOW);
      }
    }
  }

  /** Executes a statement that may lack its last parameters; returns how many rows it met. */
  private interface Step {
    long execute(PreparedStatement statement, int nextParameter) throws SQLException;
  }

  private long execute(String sql, Doomed doomed, Window window, Step step) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, doomed.name());
      statement.setObject(2, window.from());
      statement.setObject(3, window.to());
      int next = 4;
      for (Object own : doomed.own()) {
        statement.setObject(next++, own);
      }
      return step.execute(statement, next);
    }
  }

  private Connection connect() throws SQLException {
    Connection connection = database.connection();
    connection.setAutoCommit(true);
    return connection;
  }

  private void pauseAfter(long rows) {
    sincePause += rows;
    if (sincePause >= SLICE) {
      sincePause = 0;
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
