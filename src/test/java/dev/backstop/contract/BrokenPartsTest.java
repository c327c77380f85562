package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Codec;
import dev.backstop.GenericType;
import dev.backstop.Policy;
import dev.backstop.codec.JsonCodec;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Outcome;
import dev.backstop.testing.Threads;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an application hands in may break in its own ways: no key, thread or caller hangs on it. */
class BrokenPartsTest extends Fixture {
  private static final Policy TIMED = Policy.ttl(TTL).hardTimeout(Duration.ofSeconds(30));

  private final Source source = new Source("v1");

  @Test
  void executorWithoutThreadsLeft_leavesTheLoadToTheCaller() throws Exception {
    BackedCache<String, String> cache = cache(open(b -> b.executor(OUT_OF_THREADS)));
    assertThat(get(() -> cache.get("k", source, TIMED))).isEqualTo("v1");
    pastTtl();
    source.answer("v2");
    assertThat(get(() -> cache.get("k", source, TIMED))).isEqualTo("v2");
  }

  @Test
  void aRefreshThatNoThreadTook_isTriedAgainAfterTheStandInTime() throws Exception {
    AtomicBoolean isFull = new AtomicBoolean(true);
    Executor executor =
        task -> {
          if (isFull.get()) {
            throw new RejectedExecutionException("full");
          }
          task.run();
        };
    BackedCache<String, String> cache = cache(open(b -> b.executor(executor)));
    Policy policy = Policy.ttl(TTL).refreshAhead(0.1);
    cache.get("k", source, policy);
    clock.advance(TTL.dividedBy(5));
    cache.get("k", source, policy); // nobody refreshes it
    isFull.set(false);
    source.answer("v2");
    clock.advance(STAND_IN_TIME.plus(MOMENT));
    cache.get("k", source, policy);
    assertThat(cache.get("k", source, policy)).isEqualTo("v2");
  }

  @Test
  void executorWithoutThreadsLeft_leavesARefreshedCopyWhereItIs() throws Exception {
    BackedCache<String, String> cache = cache(open(b -> b.executor(OUT_OF_THREADS)));
    Policy policy = Policy.ttl(TTL).refreshAhead(0.1);
    cache.get("k", source, policy);
    clock.advance(TTL.dividedBy(2));
    assertThat(get(() -> cache.get("k", source, policy))).isEqualTo("v1");
    pastTtl();
    source.answer("v2");
    assertThat(get(() -> cache.get("k", source, policy))).isEqualTo("v2");
  }

  @Test
  void codecThatReturnsNull_orRunsOutOfMemory_leavesTheValueWithoutBackup() throws Exception {
    BackedCache<String, String> cache = cache(open(b -> b.codec(new BrokenCodec())));
    assertThat(cache.get("null", () -> "null")).isEqualTo("null");
    assertThat(get(() -> cache.get("huge", () -> "huge"))).isEqualTo("huge");
    assertThat(cache.get("k", source)).isEqualTo("v1");
    assertThat(ask("select count(*) from backstop_backup")).isEqualTo("1");
    assertThatThrownBy(() -> cache.put("null", "null"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void codecThatDecodesToNull_leavesNothingThatStandsIn() throws Exception {
    cache().get("k", () -> "undecodable");
    afterRestart();
    BackedCache<String, String> cache = cache(open(b -> b.codec(new BrokenCodec())));
    pastTtl();
    assertThat(cache.peek("k")).isEmpty();
    java.io.IOException failure = source.fail();
    assertThatThrownBy(() -> cache.get("k", source)).isSameAs(failure);
  }

  @Test
  void driverThatThrowsAnError_stopsNeitherWriterNorPulse() throws Exception {
    Queue<String> met = new ConcurrentLinkedQueue<>();
    Queue<Error> errors = new ConcurrentLinkedQueue<>();
    DataSource driver = throwing(errors, met);
    BackedCache<String, String> cache = cache(closing(builder().dataSource(driver).build()));
    errors.add(new AssertionError("in the writer"));
    assertThat(cache.get("k", source)).isEqualTo("v1");
    Eventually.holds(() -> met.contains("backstop-writer-1"), "the writer met it");
    errors.add(new AssertionError("in the pulse"));
    Eventually.holds(
        () -> met.contains("backstop-pulse-1") || !rows().equals("0"),
        "the pulse met it, or is back");
    Eventually.holds(() -> rows().equals("1"), "the write is made up for");
  }

  @Test
  void driverThatCannotBeLinked_leavesTheCopyInHand() throws Exception {
    Queue<Error> errors = new ConcurrentLinkedQueue<>();
    BackedCache<String, String> cache =
        cache(
            closing(builder().dataSource(throwing(errors, new ConcurrentLinkedQueue<>())).build()));
    cache.get("k", source);
    pastTtl();
    source.fail();
    for (int i = 0; i < 100; i++) {
      errors.add(new NoClassDefFoundError("test"));
    }
    assertThat(cache.peek("k")).isEmpty();
    assertThat(cache.get("k", source)).isEqualTo("v1");
    errors.clear();
  }

  /** What a call returns. JUnit takes an OutOfMemoryError that reaches it for its own. */
  private static @Nullable String get(Callable<String> call) throws InterruptedException {
    Outcome<String> outcome = Threads.start(call).outcome();
    assertThat(outcome.succeeded()).as("%s", outcome.failure()).isTrue();
    return outcome.value();
  }

  private static final Executor OUT_OF_THREADS =
      task -> {
        throw new OutOfMemoryError("unable to create native thread");
      };

  private static String rows() {
    try {
      return String.valueOf(ask("select count(*) from backstop_backup"));
    } catch (java.sql.SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** The database, whose driver throws these errors first. */
  private DataSource throwing(Queue<Error> errors, Queue<String> met) {
    DataSource pool = pool();
    return (DataSource)
        Proxy.newProxyInstance(
            DataSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getConnection")) {
                Error error = errors.poll();
                if (error != null) {
                  met.add(Thread.currentThread().getName());
                  throw error;
                }
              }
              try {
                return method.invoke(pool, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static final class BrokenCodec implements Codec {
    private final Codec json = new JsonCodec();

    @Override
    public String id() {
      return json.id();
    }

    @Override
    public int format() {
      return json.format();
    }

    @Override
    @SuppressWarnings("NullAway") // that is what is broken
    public <V> byte[] encode(V value, GenericType<V> type) throws Exception {
      if (value.equals("huge")) {
        throw new OutOfMemoryError("Requested array size exceeds VM limit");
      }
      return value.equals("null") ? null : json.encode(value, type);
    }

    @Override
    @SuppressWarnings("NullAway")
    public <V> @Nullable V decode(byte[] blob, int format, GenericType<V> type) throws Exception {
      V value = json.decode(blob, format, type);
      return value.equals("undecodable") ? null : value;
    }
  }
}
