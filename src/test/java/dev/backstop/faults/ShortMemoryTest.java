package dev.backstop.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Durability;
import dev.backstop.Policy;
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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The driver finds no memory for what it is to send or to read, for a while. */
class ShortMemoryTest {
  private static final Duration TTL = Duration.ofMinutes(5);
  private static final int ROWS = 40;

  private final FakeClock clock = new FakeClock();
  private final H2Database database = H2Database.inMemory();
  private final AtomicInteger met = new AtomicInteger();
  private final AtomicInteger aborted = new AtomicInteger();
  private volatile boolean isShort;

  /** How many keys a statement may ask for. */
  private volatile int most = Integer.MAX_VALUE;

  private final Backstop backstop =
      Backstop.builder()
          .dataSource(shortOfMemory())
          .clock(clock)
          .durability(Durability.ASYNC)
          .build();
  private final BackedCache<String, String> cache =
      backstop.cache(CacheSpec.of("feeds", String.class, String.class).ttl(TTL));

  @AfterEach
  void close() {
    backstop.close();
    database.close();
  }

  @Test
  void whatCannotBeWritten_waitsUntilItCan() {
    isShort = true;
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < ROWS; i++) {
      values.put("k" + i, "v" + i);
    }
    cache.putAll(values, TTL);
    Eventually.holds(() -> met.get() > ROWS, "the writer met it, in each row");
    isShort = false;
    Eventually.holds(() -> backstop.writes().waiting() == 0, "all is written");
    assertThat(backstop.writes().written()).isGreaterThanOrEqualTo(ROWS);
    assertThat(backstop.writes().refused()).isZero();
    assertThat(backstop.writes().dropped()).isZero();
    assertThat(aborted).as("connections that were left half-way").hasValue(met.get());
  }

  @Test
  void whatCannotBeRead_leavesTheCopyInHand() throws Exception {
    cache.put("k", "v1");
    Eventually.holds(() -> backstop.writes().waiting() == 0, "it is written");
    clock.advance(TTL.plusSeconds(1));
    isShort = true;
    Outcome<String> answer =
        Threads.<String>start(
                () ->
                    cache.get(
                        "k",
                        () -> {
                          throw new IOException("down");
                        }))
            .outcome();
    assertThat(answer.value()).as("%s", answer.failure()).isEqualTo("v1");
    assertThat(met).hasPositiveValue();
    isShort = false;
    cache.put("k", "v2"); // it was no outage
    assertThat(cache.peek("k")).isPresent();
  }

  @Test
  void whatCannotBeReadTogether_isReadInParts() throws Exception {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < ROWS; i++) {
      values.put("k" + i, "v" + i);
    }
    cache.putAll(values, TTL);
    Eventually.holds(() -> backstop.writes().waiting() == 0, "all is written");
    most = 6;
    try (Backstop other =
        Backstop.builder().dataSource(shortOfMemory()).clock(clock).migrate(false).build()) {
      clock.advance(TTL.plusSeconds(1));
      Outcome<Map<String, String>> answer =
          Threads.<Map<String, String>>start(
                  () ->
                      other
                          .cache(CacheSpec.of("feeds", String.class, String.class).ttl(TTL))
                          .getAll(
                              values.keySet(),
                              keys -> {
                                throw new IOException("down");
                              },
                              Policy.ttl(TTL)))
              .outcome();
      assertThat(answer.value()).as("%s", answer.failure()).isEqualTo(values);
      assertThat(met).hasPositiveValue();
    }
  }

  private boolean isTooMuch(String sql) {
    return sql.startsWith("select") && sql.chars().filter(each -> each == '?').count() > most;
  }

  private DataSource shortOfMemory() {
    DataSource whole = database.dataSource();
    return proxy(
        DataSource.class,
        whole,
        result -> result instanceof Connection connection ? shortOfMemory(connection) : result);
  }

  private Connection shortOfMemory(Connection connection) {
    return proxy(Connection.class, connection, result -> result);
  }

  private interface Wrap {
    Object of(Object result);
  }

  private <T> T proxy(Class<T> type, T whole, Wrap wrap) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              if (method.getName().equals("prepareStatement")
                  && (isShort || isTooMuch((String) arguments[0]))) {
                met.incrementAndGet();
                throw new OutOfMemoryError("Java heap space");
              }
              if (method.getName().equals("abort")) {
                aborted.incrementAndGet();
              }
              try {
                return wrap.of(method.invoke(whole, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
