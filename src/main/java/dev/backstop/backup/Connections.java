package dev.backstop.backup;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Gives out connections for a piece of work each, and takes them back as they were. */
final class Connections {
  private final DataSource dataSource;
  private final Duration bound;
  private final @Nullable Lock writing;

  /** With how long anyone waits, and whether one thread at a time may write. */
  Connections(DataSource dataSource, Duration bound, boolean oneWriter) {
    this.dataSource = dataSource;
    this.bound = bound;
    this.writing = oneWriter ? new ReentrantLock() : null;
  }

  Connection open() throws SQLException {
    try {
      return dataSource.getConnection();
    } catch (SQLException | RuntimeException | Error broken) { // whatever it is, no row's fault
      throw new SQLException("The data source gave no connection", "08001", broken);
    }
  }

  /** Something that may be asked again. */
  @FunctionalInterface
  interface Question<T, X extends Exception> {
    T ask() throws X;
  }

  /** Asks again where that is worth it: the next connection may be whole. */
  <T, X extends Exception> T trying(Question<T, X> question) throws X {
    long began = System.nanoTime();
    for (int tries = 1; ; tries++) {
      try {
        return question.ask();
      } catch (Throwable failure) {
        SqlFailures kind = SqlFailures.of(failure);
        if (kind.leavesConnectionsUnsure()) {
          Pool.evict(dataSource);
        }
        long nanos = System.nanoTime() - began;
        if (!kind.isWorthAnotherTry(tries, nanos, bound)) {
          throw failure;
        }
      }
    }
  }

  /** Writes something, while nobody else does if the database can't take that. */
  <T> T alone(Question<T, SQLException> write) throws SQLException {
    Lock lock = writing;
    if (lock == null) {
      return write.ask();
    }
    lock.lock();
    try {
      return write.ask();
    } finally {
      lock.unlock();
    }
  }

  /** Works {@link #on} a connection {@link #alone}. */
  <T> T write(boolean autoCommit, Duration networkTimeout, Work<T> work) throws SQLException {
    return alone(() -> on(autoCommit, networkTimeout, work));
  }

  /** Work on a connection. */
  @FunctionalInterface
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /**
   * Works on a connection, in one transaction or in one per statement. Not every pool resets what
   * is set here, so it is set back.
   *
   * @param networkTimeout how long the server may be silent
   */
  <T> T on(boolean autoCommit, Duration networkTimeout, Work<T> work) throws SQLException {
    try (Connection connection = open()) {
      boolean autoCommitBefore = connection.getAutoCommit();
      int timeoutBefore = connection.getNetworkTimeout();
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(networkTimeout.toMillis()));
      connection.setAutoCommit(autoCommit);
      Throwable failed = null;
      try {
        T result = work.on(connection);
        if (!autoCommit) {
          connection.commit();
        }
        return result;
      } catch (Throwable failure) {
        failed = failure;
        throw failure;
      } finally {
        try {
          if (failed instanceof RuntimeException || failed instanceof Error) {
            connection.abort(Runnable::run); // half a message may be sent, whose rest is waited for
          }
          if (failed != null && !autoCommit) {
            connection.rollback();
          }
          connection.setAutoCommit(autoCommitBefore);
          connection.setNetworkTimeout(Runnable::run, timeoutBefore);
        } catch (SQLException broken) {
          if (failed != null) {
            failed.addSuppressed(broken); // the connection is gone, and the transaction with it
          }
        }
      }
    }
  }
}
