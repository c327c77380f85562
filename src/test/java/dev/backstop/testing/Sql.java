package dev.backstop.testing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A line of SQL where a test needs one, each call on a connection of its own. */
public final class Sql {
  private Sql() {}

  /** Executes the statements, each in a transaction of its own. */
  public static void run(DataSource source, String... statements) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Returns the first column of the first row as text; null if that is null or no row is there. */
  public static @Nullable String ask(DataSource source, String query, Object... parameters)
      throws SQLException {
    try (Connection connection = source.getConnection()) {
      return ask(connection, query, parameters);
    }
  }

  /** The same on that connection. */
  public static @Nullable String ask(Connection connection, String query, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    }
  }
}
