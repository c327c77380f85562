package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupFilter;
import dev.backstop.CacheSpec;
import dev.backstop.Policy;
import dev.backstop.testing.CountingDataSource;
import dev.backstop.testing.Eventually;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * On which threads Backstop works. A container's data source joins the transaction of the thread
 * that asks it for a connection, so that must never be a caller's.
 */
class OwnThreadsTest extends Fixture {
  private static final CacheSpec<String, String> SPEC =
      CacheSpec.of("threads", String.class, String.class).ttl(TTL);

  private final Queue<Thread> made = new ConcurrentLinkedQueue<>();

  private final ThreadFactory factory =
      task -> {
        Thread thread = new Thread(task);
        made.add(thread);
        return thread;
      };

  @Test
  void givenDataSource_givesNoConnectionToACaller() throws Exception {
    Queue<String> askers = new ConcurrentLinkedQueue<>();
    CountingDataSource recording =
        new CountingDataSource(database) {
          @Override
          public Connection getConnection() throws SQLException {
            askers.add(Thread.currentThread().getName());
            return super.getConnection();
          }
        };
    Source source = new Source("v1");
    Backstop backstop = closing(builder().dataSource(recording).build());
    BackedCache<String, String> cache = backstop.cache(SPEC);
    cache.get("k", source);
    cache.put("p", "v");
    cache.putAll(Map.of("p1", "v", "p2", "v"), TTL);
    cache.add("a", "v", TTL);
    clock.advance(TTL.plus(MOMENT));
    source.fail();
    assertThat(cache.get("k", source)).isEqualTo("v1");
    assertThat(cache.peek("k")).isPresent();
    cache.getAll(
        List.of("p1", "p2"),
        keys -> {
          throw new IOException("The source is down");
        },
        Policy.unset());
    cache.expire("k");
    cache.expireAll(BackupFilter.keyPrefix("p"));
    cache.remove("p");
    cache.removeAll(BackupFilter.keyPrefix("p"));
    cache.clear();
    backstop.cullPreview();
    backstop.cullNow();
    assertThat(askers)
        .isNotEmpty()
        .allMatch(thread -> thread.startsWith("backstop-"))
        .doesNotContain(Thread.currentThread().getName());
  }

  @Test
  void threadFactory_makesEveryThread_andClosingEndsThem() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    Backstop backstop = builder().dataSource(pool()).threadFactory(factory).build();
    try (backstop) {
      BackedCache<String, String> cache = backstop.cache(SPEC);
      cache.get("k", () -> "v1", Policy.unset().hardTimeout(Duration.ofMinutes(1)));
      clock.advance(TTL.plus(MOMENT));
      cache.get("k", Source.failing());
      backstop.cullNow();
      assertThat(Thread.getAllStackTraces().keySet())
          .filteredOn(thread -> !before.contains(thread))
          .filteredOn(thread -> thread.getName().startsWith("backstop-"))
          .isNotEmpty()
          .isSubsetOf(made);
    }
    assertThat(made)
        .extracting(Thread::getName)
        .contains("backstop-writer-1", "backstop-pulse-1", "backstop-cull-1", "backstop-load-1");
    Eventually.holds(() -> made.stream().noneMatch(Thread::isAlive), "every thread ended");
  }

  @Test
  void threadFactoryThatIsShutDown_leavesLoadsToTheirCallers() throws Exception {
    AtomicBoolean isShutDown = new AtomicBoolean();
    Backstop backstop =
        open(
            settings ->
                settings.threadFactory(
                    task -> {
                      if (isShutDown.get()) {
                        throw new IllegalStateException("shut down");
                      }
                      return factory.newThread(task);
                    }));
    BackedCache<String, String> cache = backstop.cache(SPEC);
    isShutDown.set(true);
    Policy patient = Policy.unset().hardTimeout(Duration.ofMinutes(1));
    assertThat(cache.get("k", () -> Thread.currentThread().getName(), patient))
        .isEqualTo(Thread.currentThread().getName());
  }

  @Test
  void ownThreads_haveNothingOfTheThreadThatNeedsThem() throws Exception {
    InheritableThreadLocal<String> inherited = new InheritableThreadLocal<>();
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    Queue<ClassLoader> loaders = new ConcurrentLinkedQueue<>();
    CountingDataSource recording =
        new CountingDataSource(database) {
          @Override
          public Connection getConnection() throws SQLException {
            seen.add(String.valueOf(inherited.get()));
            loaders.add(Thread.currentThread().getContextClassLoader());
            return super.getConnection();
          }
        };
    ClassLoader application = new ClassLoader(getClass().getClassLoader()) {};
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    inherited.set("the caller's");
    Thread.currentThread().setContextClassLoader(application);
    try {
      Backstop backstop = closing(builder().dataSource(recording).build());
      BackedCache<String, String> cache = backstop.cache(SPEC);
      Policy patient = Policy.unset().hardTimeout(Duration.ofMinutes(1));
      cache.get(
          "k",
          () -> {
            seen.add(String.valueOf(inherited.get()));
            assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(application);
            return "v1";
          },
          patient);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
      inherited.remove();
    }
    assertThat(seen).isNotEmpty().containsOnly("null");
    assertThat(loaders).containsOnly(Backstop.class.getClassLoader());
  }
}
