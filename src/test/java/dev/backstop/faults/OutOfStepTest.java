package dev.backstop.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Durability;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.FakeClock;
import dev.backstop.testing.H2Database;
import dev.backstop.testing.Outcome;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A driver that once ran out of memory within a message takes each answer for that to an earlier
 * question, as PostgreSQL's does, and its pool sees nothing of it.
 */
class OutOfStepTest {
  private static final Duration TTL = Duration.ofMinutes(5);

  private final FakeClock clock = new FakeClock();
  private final H2Database database = H2Database.inMemory();
  private final Set<Connection> outOfStep = ConcurrentHashMap.newKeySet();
  private final AtomicInteger nonsense = new AtomicInteger();

  /** How the next statements begin that find no memory, so that their connection is out of step. */
  private volatile String fatal = "none";

  private final HikariDataSource pool = pool();
  private final Backstop backstop =
      Backstop.builder().dataSource(pool).clock(clock).durability(Durability.SYNC).build();
  private final BackedCache<String, String> cache =
      backstop.cache(CacheSpec.of("feeds", String.class, String.class).ttl(TTL));

  @AfterEach
  void close() {
    backstop.close();
    pool.close();
    database.close();
  }

  @Test
  void aConnectionThatAWriteLeftHalfWay_isNotUsedAgain() throws Exception {
    cache.put("k", "v1");
    fatal = "insert into backstop_backup";
    Threads.<Void>start(
            () -> {
              cache.put("k", "v2");
              return null;
            })
        .outcome();
    fatal = "none";
    Eventually.holds(() -> backstop.writes().waiting() == 0, "it is written");
    cache.put("k", "v3");
    assertThat(backstop.writes().refused()).isZero();
    assertThat(nonsense).hasValue(0);
  }

  @Test
  void aConnectionThatAReadLeftHalfWay_isNotUsedAgain() throws Exception {
    cache.put("k", "v1");
    clock.advance(TTL.plusSeconds(1));
    try (Backstop other = Backstop.builder().dataSource(pool).clock(clock).build()) {
      BackedCache<String, String> cold =
          other.cache(CacheSpec.of("feeds", String.class, String.class).ttl(TTL));
      fatal = "select";
      Threads.<String>start(() -> cold.get("k", OutOfStepTest::down)).outcome();
      fatal = "none";
      Outcome<String> answer =
          Threads.<String>start(() -> cold.get("k", OutOfStepTest::down)).outcome();
      assertThat(answer.value()).as("%s", answer.failure()).isEqualTo("v1");
    }
  }

  private static String down() throws IOException {
    throw new IOException("down");
  }

  private HikariDataSource pool() {
    HikariConfig config = new HikariConfig();
    config.setMaximumPoolSize(2);
    config.setDataSource(
        proxy(
            DataSource.class,
            database.dataSource(),
            (method, proceed) ->
                proceed.result() instanceof Connection made ? driven(made) : proceed.result()));
    return new HikariDataSource(config);
  }

  private Connection driven(Connection made) {
    return proxy(
        Connection.class,
        made,
        (statement, proceed) -> {
          if (statement.startsWith(fatal)) {
            outOfStep.add(made);
            throw new OutOfMemoryError("Java heap space");
          }
          if (!statement.isEmpty() && outOfStep.contains(made)) {
            nonsense.incrementAndGet();
            throw new IllegalStateException("an answer to an earlier question");
          }
          return proceed.result();
        });
  }

  private interface Proceed {
    Object result() throws Throwable;
  }

  private interface Step {
    /** With the statement that is prepared or executed; empty for anything else. */
    Object take(String statement, Proceed proceed) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, T whole, Step step) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                step.take(
                    arguments != null && arguments[0] instanceof String sql ? sql : "",
                    () -> {
                      try {
                        return method.invoke(whole, arguments);
                      } catch (InvocationTargetException e) {
                        throw e.getCause();
                      }
                    })));
  }
}
