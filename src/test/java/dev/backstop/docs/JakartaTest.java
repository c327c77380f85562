package dev.backstop.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Codec;
import dev.backstop.Entry;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.cdi.CacheName;
import dev.backstop.cdi.ForBackstop;
import dev.backstop.codec.JavaCodec;
import dev.backstop.testing.FakeClock;
import dev.backstop.testing.H2Database;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** Each region is shown on the page about Jakarta EE; {@link DocumentsTest} holds that. */
class JakartaTest {
  record Feed(String title) implements Serializable {}

  static class Users {
    // region injected
    @Inject
    @CacheName("feeds")
    BackedCache<String, Feed> feeds;

    @Inject
    @CacheName("front-pages")
    BackedCache<Long, List<Feed>> frontPages; // generics are kept

    @Inject Backstop backstop; // for cullNow(), writes(), and caches that only the code knows

    @Inject @Any Instance<BackedCache<String, Feed>> caches;

    BackedCache<String, Feed> byName(String name) {
      return caches.select(CacheName.Literal.of(name)).get();
    }
    // endregion
  }

  static class Specs {
    // region produced-spec
    @Produces
    @CacheName("feeds")
    CacheSpec<String, Feed> feeds() {
      return CacheSpec.of("feeds", String.class, Feed.class)
          .ttl(Duration.ofMinutes(5))
          .policy(Policy.unset().standInOn(failure -> failure instanceof IOException));
    }

    @Produces
    @CacheName("front-pages")
    Codec frontPages() {
      return JavaCodec.allowing(Feed.class);
    }
    // endregion
  }

  /** Is compiled only: the servers' tests have data sources by JNDI. */
  static class Pool {
    // region produced-data-source
    @Resource(lookup = "java:app/jdbc/backups")
    @Produces
    @ForBackstop
    DataSource backups;
    // endregion
  }

  static class FeedReader {
    @Inject
    @CacheName("feeds")
    BackedCache<String, Feed> feeds;

    Entry<Feed> read(String name, boolean isDown) throws IOException {
      return feeds.entry(name, () -> fetch(name, isDown), Policy.unset());
    }

    private static Feed fetch(String name, boolean isDown) throws IOException {
      if (isDown) {
        throw new IOException("Connection refused");
      }
      return new Feed(name);
    }
  }

  // region test-parts
  @ApplicationScoped
  static class TestParts {
    static final H2Database DATABASE = H2Database.inMemory(); // or a JdbcDataSource of yours
    static final FakeClock CLOCK = new FakeClock(); // or any InstantSource that you can move

    @Produces
    @ForBackstop
    DataSource backups() {
      return DATABASE.dataSource();
    }

    @Produces
    @ForBackstop
    InstantSource clock() {
      return CLOCK;
    }
  }

  // endregion

  @Test
  void testingWithWeld() throws Exception {
    // region test
    try (SeContainer container =
        SeContainerInitializer.newInstance()
            .addBeanClasses(FeedReader.class, TestParts.class)
            .initialize()) {
      FeedReader reader = container.select(FeedReader.class).get();
      assertThat(reader.read("planet", false).origin()).isEqualTo(Origin.SOURCE);
      TestParts.CLOCK.advance(Duration.ofMinutes(6)); // the ttl is 5
      assertThat(reader.read("planet", true).origin()).isEqualTo(Origin.STAND_IN);
    }
    // endregion
    TestParts.DATABASE.close();
  }

  @Test
  void injectedAndProduced() throws Exception {
    try (SeContainer container =
        SeContainerInitializer.newInstance()
            .addBeanClasses(Users.class, Specs.class, Database.class)
            .initialize()) {
      Users users = container.select(Users.class).get();
      List<Feed> all = List.of(new Feed("Planet"));
      assertThat(users.frontPages.get(1L, () -> all)).isEqualTo(all);
      Entry<Feed> entry = users.feeds.entry("planet", () -> all.get(0), Policy.unset());
      assertThat(entry.expiresAt()).isEqualTo(entry.createdAt().plus(Duration.ofMinutes(5)));
      assertThat(users.byName("feeds").peek("planet")).isPresent();
      assertThat(users.backstop.writes().written()).isEqualTo(2);
    }
    Database.DATABASE.close();
  }

  @ApplicationScoped
  static class Database {
    static final H2Database DATABASE = H2Database.inMemory();

    @Produces
    @ForBackstop
    DataSource backups() {
      return DATABASE.dataSource();
    }
  }
}
