package dev.backstop.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Entry;
import dev.backstop.Policy;
import dev.backstop.cdi.Application;
import dev.backstop.cdi.CacheName;
import dev.backstop.testing.Sql;
import dev.backstop.testing.TestDatabase;
import dev.backstop.testing.TestDatabases;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A method that is a loader: its keys, its values and what it throws. */
class BackedTest {
  record Feed(String title, List<String> items) {}

  enum Order {
    NEWEST {},
    OLDEST
  }

  @ApplicationScoped
  static class Reader {
    final AtomicInteger calls = new AtomicInteger();
    final AtomicReference<Exception> trouble = new AtomicReference<>();

    private <T> T answer(T value) throws Exception {
      calls.incrementAndGet();
      if (trouble.get() != null) {
        throw trouble.get();
      }
      return value;
    }

    AtomicInteger calls() {
      return calls;
    }

    void fails(@Nullable Exception failure) {
      trouble.set(failure);
    }

    @Backed(cache = "feeds", ttl = "PT7H")
    public Feed read(String name) throws Exception {
      return answer(new Feed(name, List.of("a", "b")));
    }

    @Backed(cache = "pages")
    List<Feed> page(String name, int number, @Nullable Order order) throws Exception {
      return answer(List.of(new Feed(name + number + order, List.of())));
    }

    @Backed(cache = "chosen")
    String chosen(@CacheKey long id, StringBuilder seen) throws Exception {
      seen.append("called");
      return answer("number " + id);
    }

    @Backed(cache = "all")
    int count() throws Exception {
      return answer(7);
    }

    @Backed(cache = "none")
    @Nullable String none(String name) throws Exception {
      return answer(null);
    }
  }

  static class Injected {
    @Inject
    @CacheName("feeds")
    BackedCache<String, Feed> feeds;

    @Inject Reader reader;
  }

  private static Reader reader(Application application) {
    return application.bean(Reader.class);
  }

  @Test
  void secondCall_isAnsweredByTheCache_andARestartByTheBackup() throws Exception {
    try (TestDatabase database = TestDatabases.create()) {
      try (Application application = Application.on(database).start(Reader.class)) {
        Reader reader = reader(application);
        assertThat(reader.read("planet")).isEqualTo(new Feed("planet", List.of("a", "b")));
        assertThat(reader.read("planet")).isEqualTo(new Feed("planet", List.of("a", "b")));
        assertThat(reader.read("other").title()).isEqualTo("other");
        assertThat(reader.calls()).hasValue(2);
      }
      try (Application again = Application.on(database).start(Reader.class)) {
        Reader reader = reader(again);
        reader.fails(new IOException("down"));
        assertThat(reader.read("planet")).isEqualTo(new Feed("planet", List.of("a", "b")));
        assertThat(reader.calls()).hasValue(1);
      }
    }
  }

  @Test
  void exception_isTheSameObject() {
    try (Application application = Application.onH2("exceptions").start(Reader.class)) {
      Reader reader = reader(application);
      for (Exception trouble : List.of(new IOException("down"), new IllegalStateException("odd"))) {
        reader.fails(trouble);
        assertThatThrownBy(() -> reader.read("planet")).isSameAs(trouble);
      }
    }
  }

  @Test
  void severalParameters_areTheKey_inTheirOrder_alsoNull() throws Exception {
    try (TestDatabase database = TestDatabases.create();
        Application application = Application.on(database).start(Reader.class)) {
      Reader reader = reader(application);
      assertThat(reader.page("a", 1, Order.NEWEST).get(0).title()).isEqualTo("a1NEWEST");
      assertThat(reader.page("a", 1, Order.OLDEST).get(0).title()).isEqualTo("a1OLDEST");
      assertThat(reader.page("a", 1, null).get(0).title()).isEqualTo("a1null");
      assertThat(reader.page("a", 1, null).get(0).title()).isEqualTo("a1null");
      assertThat(reader.page("a", 1, Order.NEWEST).get(0).title()).isEqualTo("a1NEWEST");
      assertThat(reader.calls()).hasValue(3);
      assertThat(Sql.ask(database.dataSource(), KEYS, "pages"))
          .isEqualTo("[\"a\",1,\"NEWEST\"] [\"a\",1,\"OLDEST\"] [\"a\",1,null]");
    }
  }

  private static final String KEYS =
      "select listagg(cache_key, ' ') within group (order by cache_key) from backstop_backup"
          + " where cache_name = ?";

  @Test
  void markedParameters_areTheKey() throws Exception {
    try (Application application = Application.onH2("marked").start(Reader.class)) {
      Reader reader = reader(application);
      StringBuilder seen = new StringBuilder();
      assertThat(reader.chosen(5, seen)).isEqualTo("number 5");
      assertThat(reader.chosen(5, seen)).isEqualTo("number 5");
      assertThat(seen).hasToString("called");
    }
  }

  @Test
  void methodWithoutParameters_hasOneKey() throws Exception {
    try (Application application = Application.onH2("empty").start(Reader.class)) {
      assertThat(reader(application).count()).isEqualTo(7);
      assertThat(reader(application).count()).isEqualTo(7);
      assertThat(reader(application).calls()).hasValue(1);
    }
  }

  @Test
  void null_isTheAnswerOfASourceThatHasNoSuchThing_andNoKey() throws Exception {
    try (Application application = Application.onH2("nulls").start(Reader.class)) {
      Reader reader = reader(application);
      assertThat(reader.none("planet")).isNull();
      assertThatNullPointerException()
          .isThrownBy(() -> reader.read(null))
          .withMessage(
              Reader.class.getName() + ".read: parameter 1 is the key, and must not be null");
      assertThat(reader.calls()).hasValue(1);
    }
  }

  @Test
  void injectedCache_isTheSame_andTheTtlIsTheAnnotations() throws Exception {
    try (Application application = Application.onH2("shared").start(Reader.class, Injected.class)) {
      Injected injected = application.bean(Injected.class);
      Feed feed = injected.reader.read("planet");
      Entry<Feed> entry = injected.feeds.entry("planet", () -> null, Policy.unset());
      assertThat(entry.value()).isSameAs(feed);
      assertThat(entry.expiresAt()).isEqualTo(entry.createdAt().plus(Duration.ofHours(7)));
    }
  }
}
