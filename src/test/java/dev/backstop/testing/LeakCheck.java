package dev.backstop.testing;

import dev.backstop.testing.CountingDataSource.OpenConnection;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails a test that leaves a thread running or a connection of a {@link CountingDataSource} open.
 * It is registered for every test, by junit-platform.properties. What a test class starts before
 * all its tests is its own affair. Tests must not run at the same time in one JVM.
 */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(LeakCheck.class);

  /** Threads may still be on their way out when a test returns. */
  private static final long PATIENCE_MILLIS = 5_000;

  /** Configuration parameter, for who tests this class and does not want to wait. */
  static final String PATIENCE = "dev.backstop.testing.leak-check.patience-millis";

  /** Beginnings of the names of threads that others keep for the whole JVM. */
  private static final List<String> NOT_OURS =
      List.of(
          "junit-", // JUnit's own, to end a test that hangs
          "surefire-", // the connection with Maven
          "ForkJoinPool.commonPool-", // the JDK's, ends when idle
          "Common-Cleaner", // the JDK's
          "Cleaner-", // the JDK's, one for each java.lang.ref.Cleaner
          "process reaper", // the JDK's, of a child process
          "Attach Listener", // the JDK's, when an agent is loaded or a dump was asked for
          "Keep-Alive-Timer", // the JDK's, of HTTP connections
          "MappedByteBufferSource Async Flush", // Ehcache's, once for each JVM, for its files
          "Ehcache [_default_]-", // Ehcache's that reconnected to a server, ends when idle
          "HealthCheck-Ehcache:", // Terracotta's, once for each JVM, ends when idle
          "JdkHttpClient-", // Selenium's, as long as its browser is open
          "nodes-", // the networks of other JVMs, which outlive a test as these do
          "weld-preloader-", // Weld's, if it refuses an application
          "generate-seed", // H2's, once for each JVM
          "PostgreSQL-JDBC-"); // the driver's cleaner and shared timer

  @Override
  public void beforeEach(ExtensionContext context) {
    context.getStore(NAMESPACE).put("before", State.now());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    State before = context.getStore(NAMESPACE).get("before", State.class);
    Duration patience =
        Duration.ofMillis(
            context.getConfigurationParameter(PATIENCE, Long::valueOf).orElse(PATIENCE_MILLIS));
    if (!Eventually.within(patience, () -> before.leaked().isEmpty())) {
      Map<String, StackTraceElement[]> leaked = before.leaked();
      AssertionError error = new AssertionError("The test left open: " + leaked.keySet());
      leaked.forEach(
          (what, stack) -> {
            Throwable where = new Throwable(what);
            where.setStackTrace(stack);
            error.addSuppressed(where);
          });
      throw error;
    }
  }

  /** What is open at one moment. */
  record State(Set<Thread> threads, Set<OpenConnection> connections) {
    static State now() {
      return new State(
          new HashSet<>(Thread.getAllStackTraces().keySet()),
          new HashSet<>(CountingDataSource.allOpen().keySet()));
    }

    /** What is open now and was not then, and where it stands or was opened. */
    Map<String, StackTraceElement[]> leaked() {
      Map<String, StackTraceElement[]> leaked = new LinkedHashMap<>();
      Thread.getAllStackTraces()
          .forEach(
              (thread, stack) -> {
                if (!threads.contains(thread)
                    && NOT_OURS.stream().noneMatch(thread.getName()::startsWith)) {
                  leaked.put(thread.toString(), stack);
                }
              });
      CountingDataSource.allOpen()
          .forEach(
              (connection, opened) -> {
                if (!connections.contains(connection)) {
                  StackTraceElement[] stack = opened.getStackTrace();
                  leaked.put(
                      "connection " + connection.id() + ", " + opened.getMessage(),
                      Arrays.copyOf(stack, stack.length));
                }
              });
      return leaked;
    }
  }
}
