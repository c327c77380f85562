package dev.backstop.testing;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The faults that a test has switched on in a {@link CountingDataSource}. */
final class Faults {
  /** What asks the server; an open connection answers the rest even when its server is gone. */
  private static final Set<String> ASKS_THE_SERVER =
      Set.of("prepareStatement", "createStatement", "prepareCall", "commit", "rollback", "isValid");

  private static final String CONNECTION_FAILURE = "08006";

  private final List<Planned> planned = new ArrayList<>();
  private volatile boolean refusing;

  void refuse(boolean refuse) {
    refusing = refuse;
  }

  synchronized void failNext(int times, String part, SQLException failure) {
    for (int i = 0; i < times; i++) {
      planned.add(new Planned(part, failure));
    }
  }

  /** Called before each call of a method of a data source or a connection. */
  void meet(Object target, Method method) {
    if (!refusing) {
      return;
    }
    if (target instanceof DataSource) {
      throw unchecked(
          new SQLTransientConnectionException("Refused by the test", CONNECTION_FAILURE));
    }
    if (target instanceof Connection && ASKS_THE_SERVER.contains(method.getName())) {
      throw unchecked(broken());
    }
  }

  /** Called before each execution of a statement. */
  void meet(String sql) {
    if (refusing) {
      throw unchecked(broken());
    }
    SQLException failure = next(sql);
    if (failure != null) {
      throw unchecked(failure);
    }
  }

  private synchronized @Nullable SQLException next(String sql) {
    for (Planned fault : planned) {
      if (sql.contains(fault.part())) {
        planned.remove(fault);
        return fault.failure();
      }
    }
    return null;
  }

  private static SQLException broken() {
    return new SQLNonTransientConnectionException("Broken by the test", CONNECTION_FAILURE);
  }

  /** The listeners of datasource-proxy declare no exception, the JDBC methods around them do. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <X extends Throwable> RuntimeException unchecked(Throwable failure) throws X {
    throw (X) failure;
  }

  private record Planned(String part, SQLException failure) {}
}
