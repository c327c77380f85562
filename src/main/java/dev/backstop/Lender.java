package dev.backstop;

import jakarta.persistence.EntityManager;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Lends a connection for some work; equal are those that lend of the same: {@link
 * Backstop#transaction(Lender)}, {@link ChangeNotes}.
 */
public interface Lender {
  /** What is done with it. */
  @FunctionalInterface
  interface Work<T> {
    /** Does it, and leaves the connection open. */
    T on(Connection connection) throws SQLException;
  }

  /** Lends it until {@code work} returns, and returns what that returns. */
  <T> T lend(Work<T> work) throws Exception;

  /** Lends connections of that data source; in Jakarta Transactions, of the transaction. */
  static Lender of(DataSource dataSource) {
    return new OfDataSource(dataSource);
  }

  /**
   * Lends the connection on which that one works, and so its transaction. Needs Jakarta Persistence
   * 3.2.
   */
  static Lender of(EntityManager em) {
    return new OfEntityManager(em);
  }

  /** See {@link Lender#of(DataSource)}. */
  record OfDataSource(DataSource dataSource) implements Lender {
    @Override
    public <T> T lend(Work<T> work) throws SQLException {
      try (Connection connection = dataSource.getConnection()) {
        return work.on(connection);
      }
    }
  }

  /** See {@link Lender#of(EntityManager)}. */
  record OfEntityManager(EntityManager em) implements Lender {
    @Override
    public <T> T lend(Work<T> work) {
      return em.<@Nullable Connection, T>callWithConnection(
          // EclipseLink 5.0 hands null over, and has one all the same
          connection -> work.on(connection != null ? connection : em.unwrap(Connection.class)));
    }
  }
}
