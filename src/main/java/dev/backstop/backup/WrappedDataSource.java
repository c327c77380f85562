package dev.backstop.backup;

import dev.backstop.BackstopConfig;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A data source of which we see to it how each connection is used. */
final class WrappedDataSource {
  private WrappedDataSource() {}

  /**
   * The one that was given: its servers are silent for so long at most that a caller's wait ends
   * first, and tells what happened. By themselves most connections wait for ever: where one dies
   * and nobody is told, the thread that asked would never give it back, and of a pool of one that
   * is all there is.
   */
  static DataSource bounded(BackstopConfig config) {
    int millis = Math.toIntExact(config.backupTimeout().multipliedBy(2).toMillis());
    return wrapped(
        Objects.requireNonNull(config.dataSource()), connection -> bounded(connection, millis));
  }

  /** Its connections are kept in that list, for who has to take them back. */
  static DataSource lending(DataSource lender, List<Connection> lent) {
    return wrapped(
        lender,
        connection -> {
          lent.add(connection);
          return connection;
        });
  }

  /** Not every pool resets what is set here, so it is set back; and not every driver knows it. */
  private static Connection bounded(Connection connection, int millis) {
    int before;
    try {
      before = connection.getNetworkTimeout();
      connection.setNetworkTimeout(Runnable::run, millis);
    } catch (SQLException | RuntimeException | LinkageError unknown) {
      return connection;
    }
    return proxy(
        Connection.class,
        (method, arguments) -> {
          if (method.getName().equals("close")) {
            reset(connection, before);
          }
          return invoke(connection, method, arguments);
        });
  }

  private static void reset(Connection connection, int millis) {
    try {
      connection.setNetworkTimeout(Runnable::run, millis);
    } catch (SQLException broken) {
      // Then nobody will use it again.
    }
  }

  /** What is handed out for a connection. */
  private interface Wrapping {
    Connection of(Connection connection) throws SQLException;
  }

  private static DataSource wrapped(DataSource given, Wrapping wrapping) {
    return proxy(
        DataSource.class,
        (method, arguments) -> {
          Object result = invoke(given, method, arguments);
          return result instanceof Connection connection ? wrapping.of(connection) : result;
        });
  }

  /** What is done instead of a method. */
  private interface Instead {
    @Nullable Object of(Method method, @Nullable Object[] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Instead instead) {
    return type.cast(
        Proxy.newProxyInstance(
            WrappedDataSource.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> instead.of(method, arguments)));
  }

  private static @Nullable Object invoke(Object target, Method method, @Nullable Object[] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException failure) {
      throw failure.getCause();
    }
  }
}
