package dev.backstop.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Codec;
import dev.backstop.Entry;
import dev.backstop.GenericType;
import dev.backstop.Policy;
import dev.backstop.codec.JsonCodec;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.FakeClock;
import dev.backstop.testing.H2Database;
import dev.backstop.testing.Logged;
import dev.backstop.testing.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an application produces takes the place of Backstop's own. */
class OverridesTest {
  static class User {
    @Inject
    @CacheName("feeds")
    BackedCache<String, String> feeds;

    @Inject
    @CacheName("plain")
    Provider<BackedCache<String, String>> plain;

    @Inject @Any Instance<BackedCache<Long, String>> byId;

    @Inject Backstop backstop;
  }

  /** JSON by another id, which the row shows. */
  private record Named(String id) implements Codec {
    @Override
    public int format() {
      return 1;
    }

    @Override
    public <V> byte[] encode(V value, GenericType<V> type) throws Exception {
      return new JsonCodec().encode(value, type);
    }

    @Override
    public <V> V decode(byte[] blob, int format, GenericType<V> type) throws Exception {
      return new JsonCodec().decode(blob, format, type);
    }
  }

  @ApplicationScoped
  static class Parts {
    static final H2Database DATABASE = H2Database.inMemory();
    static final FakeClock CLOCK = new FakeClock();
    static final Queue<String> LOADERS = new ConcurrentLinkedQueue<>();
    static final Queue<String> THREADS = new ConcurrentLinkedQueue<>();
    static final AtomicInteger DISPOSED = new AtomicInteger();

    @Produces
    @ForBackstop
    DataSource backups() {
      return DATABASE.dataSource();
    }

    void dispose(@Disposes @ForBackstop DataSource backups) {
      DISPOSED.incrementAndGet();
    }

    @Produces
    @ForBackstop
    InstantSource clock() {
      return CLOCK;
    }

    @Produces
    @ForBackstop
    Executor executor() {
      return task -> {
        LOADERS.add(Thread.currentThread().getName());
        task.run();
      };
    }

    @Produces
    @ForBackstop
    ThreadFactory threads() {
      return task -> {
        Thread thread = new Thread(task);
        THREADS.add(thread.getName());
        return thread;
      };
    }

    @Produces
    @ForBackstop
    Codec ofAll() {
      return new Named("ours");
    }

    @Produces
    @CacheName("feeds")
    Codec ofFeeds() {
      return new Named("of-feeds");
    }

    @Produces
    @CacheName("feeds")
    CacheSpec<String, String> feeds() {
      return CacheSpec.of("feeds", String.class, String.class).ttl(Duration.ofHours(7));
    }

    @Produces
    @CacheName("ids")
    CacheSpec<Long, String> ids() {
      return CacheSpec.of("ids", Long.class, String.class);
    }
  }

  @BeforeEach
  void forget() {
    Parts.LOADERS.clear();
    Parts.THREADS.clear();
    Parts.DISPOSED.set(0);
  }

  @AfterAll
  static void dropDatabase() {
    Parts.DATABASE.close();
  }

  @Test
  void everyPart_isTheApplications() throws Exception {
    try (Application application = new Application().start(User.class, Parts.class)) {
      User user = application.bean(User.class);
      Policy patient = Policy.unset().hardTimeout(Duration.ofMinutes(1));
      Entry<String> feed = user.feeds.entry("k", () -> "v", patient);
      assertThat(Parts.LOADERS).containsExactly(Thread.currentThread().getName());
      assertThat(Parts.THREADS).isNotEmpty();
      assertThat(feed.createdAt()).isCloseTo(Parts.CLOCK.instant(), within(1, ChronoUnit.MILLIS));
      assertThat(feed.expiresAt()).isEqualTo(feed.createdAt().plus(Duration.ofHours(7)));
      user.plain.get().put("k", "v");
      assertThat(codecOf("feeds")).isEqualTo("of-feeds");
      assertThat(codecOf("plain")).isEqualTo("ours");
      assertThat(Parts.DISPOSED).hasValue(0);
    }
    assertThat(Parts.DISPOSED).hasValue(1);
  }

  private static @Nullable String codecOf(String cache) throws SQLException {
    return Sql.ask(
        Parts.DATABASE.dataSource(),
        "select codec from backstop_backup where cache_name = ?",
        cache);
  }

  @Test
  void setting_winsOverWhatIsProduced() throws Exception {
    try (Application application =
        new Application()
            .set("backstop.cache.feeds.codec", "json")
            .set("backstop.cache.feeds.ttl", "PT3H")
            .start(User.class, Parts.class)) {
      Entry<String> feed = application.bean(User.class).feeds.entry("s", () -> "v", Policy.unset());
      assertThat(feed.expiresAt()).isEqualTo(feed.createdAt().plus(Duration.ofHours(3)));
      assertThat(codecOf("feeds")).isEqualTo("json");
    }
  }

  @Test
  void cacheOfASpec_isFoundByItsName_andTheBackstopMakesOthersBySettings() {
    try (Application application =
        Application.onH2("lookup")
            .set("backstop.cache.later.durability", "ASYNC")
            .set("backstop.cache.later.max-backups", "1")
            .start(User.class, Ids.class)) {
      User user = application.bean(User.class);
      BackedCache<Long, String> ids = user.byId.select(CacheName.Literal.of("ids")).get();
      ids.put(1L, "one");
      assertThat(ids.peek(1L)).get().extracting(Entry::value).isEqualTo("one");
      BackedCache<Long, String> later =
          user.backstop.cache(CacheSpec.of("later", Long.class, String.class));
      later.put(1L, "one");
      later.put(2L, "two");
      assertThat(later.name()).isEqualTo("later");
      Eventually.holds(() -> user.backstop.writes().written() == 3, "all are written");
      assertThat(user.backstop.cullNow().excess()).isEqualTo(1);
    }
  }

  static class Ids {
    @Produces
    @CacheName("ids")
    static final CacheSpec<Long, String> SPEC = CacheSpec.of("ids", Long.class, String.class);
  }

  @ApplicationScoped
  static class OwnBackstop {
    static final Backstop OWN = Backstop.builder().jdbcUrl("jdbc:h2:mem:own").build();

    @Produces
    @ApplicationScoped
    Backstop backstop() {
      return OWN;
    }
  }

  @Test
  void backstopOfTheApplication_isTaken_andIsItsOwnToClose() throws Exception {
    try (Backstop own = OwnBackstop.OWN) {
      try (Application application = new Application().start(User.class, OwnBackstop.class)) {
        assertThat(application.bean(User.class).feeds.get("k", () -> "v")).isEqualTo("v");
      }
      assertThat(own.writes().written()).isEqualTo(1);
    }
  }

  @Test
  void injectedBackstop_isClosedByTheContainerOnly() {
    User user;
    try (Application application = Application.onH2("close").start(User.class)) {
      user = application.bean(User.class);
      assertThatIllegalStateException()
          .isThrownBy(user.backstop::close)
          .withMessage("The container closes this Backstop when the application ends");
      assertThat(user.feeds.name()).isEqualTo("feeds");
    }
    assertThatIllegalStateException().isThrownBy(() -> user.feeds.get("k", () -> "v"));
  }

  @Test
  void namesThatAreNoSettings_areWarnedAbout() {
    try (Logged log = new Logged();
        Application application =
            Application.onH2("doubts").set("backstop.cache.feeds.tll", "x").start(User.class)) {
      assertThat(application.bean(User.class)).isNotNull();
      assertThat(log.messages(Level.WARNING))
          .contains(
              "backstop.cache.feeds.tll is no setting of Backstop's; the nearest is"
                  + " backstop.cache.feeds.ttl");
    }
  }
}
