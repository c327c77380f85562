package dev.backstop.testing;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.ExecutionInfo;
import net.ttddyy.dsproxy.QueryInfo;
import net.ttddyy.dsproxy.listener.MethodExecutionContext;
import net.ttddyy.dsproxy.listener.MethodExecutionListener;
import net.ttddyy.dsproxy.listener.NoOpQueryExecutionListener;
import net.ttddyy.dsproxy.proxy.ProxyConfig;
import net.ttddyy.dsproxy.support.ProxyDataSource;
import org.jspecify.annotations.Nullable;

/**
 * A real data source that can be asked what went through it, and that fails when a test says so. A
 * pool belongs on top of it, not below.
 */
public class CountingDataSource extends ProxyDataSource {
  /** Every connection that any of them gave out and did not get back, and where it was opened. */
  private static final Map<OpenConnection, Throwable> OPEN = new ConcurrentHashMap<>();

  private final List<String> statements = new CopyOnWriteArrayList<>();
  private final AtomicInteger commits = new AtomicInteger();
  private final Faults faults = new Faults();
  private final AtomicReference<@Nullable Held> held = new AtomicReference<>();

  /** Counts what goes to that data source. */
  public CountingDataSource(DataSource target) {
    super(target);
    setProxyConfig(
        ProxyConfig.Builder.create()
            .queryListener(new Executions())
            .methodListener(new Calls())
            .build());
  }

  /** What was executed, oldest first, failures included; a batch of one statement is one. */
  public List<String> statements() {
    return List.copyOf(statements);
  }

  /** How many transactions were committed; a statement in auto-commit mode is one. */
  public int commits() {
    return commits.get();
  }

  /** Begins to count statements and commits anew. */
  public void forgetStatements() {
    statements.clear();
    commits.set(0);
  }

  /** How many connections were given out and not closed. */
  public int openConnections() {
    return Math.toIntExact(
        OPEN.keySet().stream().filter(connection -> connection.source() == this).count());
  }

  /** The database is away: no new connection, and those that are open are broken. */
  public void refuse() {
    faults.refuse(true);
  }

  /** The database is back. */
  public void restore() {
    faults.refuse(false);
  }

  /** Lets the next executions fail with that exception. */
  public void failNext(int times, SQLException failure) {
    failNext(times, "", failure);
  }

  /** Lets the next executions of statements that contain that part fail with that exception. */
  public void failNext(int times, String part, SQLException failure) {
    faults.failNext(times, part, failure);
  }

  /** Holds the thread that gets the next answer to a statement with that part at the gate. */
  public void holdNextAnswer(String part, Gate gate) {
    held.set(new Held(part, gate));
  }

  static Map<OpenConnection, Throwable> allOpen() {
    return Map.copyOf(OPEN);
  }

  private record Held(String part, Gate gate) {}

  record OpenConnection(CountingDataSource source, String id) {}

  private final class Executions extends NoOpQueryExecutionListener {
    @Override
    public void beforeQuery(ExecutionInfo execution, List<QueryInfo> queries) {
      for (QueryInfo query : queries) {
        statements.add(query.getQuery());
      }
      for (QueryInfo query : queries) {
        faults.meet(query.getQuery());
      }
    }

    @Override
    public void afterQuery(ExecutionInfo execution, List<QueryInfo> queries) {
      if (isInAutoCommitMode(execution)) {
        commits.incrementAndGet();
      }
      Held hold = held.get();
      if (hold != null
          && queries.stream().anyMatch(query -> query.getQuery().contains(hold.part))
          && held.compareAndSet(hold, null)) {
        try {
          hold.gate.enter();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private static boolean isInAutoCommitMode(ExecutionInfo execution) {
    try {
      return execution.isSuccess() && execution.getStatement().getConnection().getAutoCommit();
    } catch (SQLException gone) {
      return false;
    }
  }

  private final class Calls implements MethodExecutionListener {
    @Override
    public void beforeMethod(MethodExecutionContext call) {
      faults.meet(call.getTarget(), call.getMethod());
      String name = call.getMethod().getName();
      if (call.getTarget() instanceof Connection
          && (name.equals("close") || name.equals("abort"))) {
        OPEN.remove(key(call));
      }
    }

    @Override
    public void afterMethod(MethodExecutionContext call) {
      if (call.getMethod().getName().equals("commit") && call.getThrown() == null) {
        commits.incrementAndGet();
      }
      if (call.getTarget() instanceof DataSource && call.getResult() instanceof Connection) {
        OPEN.put(key(call), new Throwable("Opened by " + Thread.currentThread()));
      }
    }

    private OpenConnection key(MethodExecutionContext call) {
      return new OpenConnection(
          CountingDataSource.this, call.getConnectionInfo().getConnectionId());
    }
  }
}
