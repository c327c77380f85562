package dev.backstop.backup;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * LISTEN, as PostgreSQL's driver has it. By reflection: the driver is the application's or the
 * server's, and not each of our class loaders sees it. Who pools connections per transaction may
 * never let it ring, and nobody relies on it.
 */
final class PostgresBell implements NewsTable.Bell {
  static final String CHANNEL = "backstop_news";

  private final Connection connection;
  private final Object driver;
  private final Method notifications;

  private PostgresBell(Connection connection, Object driver, Method notifications) {
    this.connection = connection;
    this.driver = driver;
    this.notifications = notifications;
  }

  static @Nullable PostgresBell on(Connection connection) throws SQLException {
    Method method;
    Object driver;
    try {
      driver = connection.unwrap(Connection.class);
      Class<?> type =
          Class.forName("org.postgresql.PGConnection", false, driver.getClass().getClassLoader());
      driver = connection.unwrap(type);
      method = type.getMethod("getNotifications", int.class);
    } catch (SQLException | ReflectiveOperationException | LinkageError otherDriver) {
      return null;
    }
    execute(connection, "listen ");
    return new PostgresBell(connection, driver, method);
  }

  private static void execute(Connection connection, String verb) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(verb + CHANNEL);
    }
  }

  @Override
  public void close() throws SQLException {
    execute(connection, "unlisten ");
  }

  @Override
  public boolean await(Duration time) throws SQLException {
    try {
      Object rung = notifications.invoke(driver, (int) Math.max(1, time.toMillis()));
      return rung instanceof Object[] all && all.length > 0;
    } catch (InvocationTargetException failure) {
      throw failure.getCause() instanceof SQLException broken
          ? broken
          : new SQLException(failure.getCause());
    } catch (IllegalAccessException otherDriver) {
      throw new SQLException(otherDriver);
    }
  }
}
