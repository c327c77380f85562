package dev.backstop.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.cdi.Application;
import dev.backstop.cdi.CacheName;
import dev.backstop.testing.Sql;
import dev.backstop.testing.TestDatabase;
import dev.backstop.testing.TestDatabases;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CacheResult;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code CacheResult} of JSR-107, on caches of Backstop. */
class StandardResultTest {
  @ApplicationScoped
  @CacheDefaults(cacheName = "domains")
  static class Dao {
    final AtomicInteger calls = new AtomicInteger();
    final AtomicReference<Throwable> trouble = new AtomicReference<>();

    private <T> T answer(T value) throws Exception {
      calls.incrementAndGet();
      if (trouble.get() instanceof Error error) {
        throw error;
      }
      if (trouble.get() != null) {
        throw (Exception) trouble.get();
      }
      return value;
    }

    int calls() {
      return calls.get();
    }

    void fails(@Nullable Throwable failure) {
      trouble.set(failure);
    }

    @CacheResult
    String domain(String id, int index) throws Exception {
      return answer(id + index);
    }

    @CacheResult(cacheName = "chosen")
    String chosen(@javax.cache.annotation.CacheKey String id, Thread monitor) throws Exception {
      return answer(id);
    }

    @CacheResult(skipGet = true)
    String create(String id, int index) throws Exception {
      return answer("created " + id + index);
    }

    @CacheResult(cacheName = "lists")
    List<Integer> list(@Nullable String id) throws Exception {
      return answer(List.of(calls.get()));
    }

    @CacheResult(cacheName = "shared")
    String shared(String id) throws Exception {
      return answer(id);
    }

    @CacheResult(cacheName = "nulls")
    @Nullable String nothing(String id) throws Exception {
      return answer(null);
    }

    @CacheResult(cacheName = "failing", exceptionCacheName = "failures")
    String failing(String id) throws Exception {
      return answer(id);
    }

    @CacheResult(cacheName = "failing", exceptionCacheName = "failures", skipGet = true)
    String failingCreate(String id) throws Exception {
      return answer(id);
    }

    @CacheResult(
        cacheName = "choosy",
        exceptionCacheName = "choosy-failures",
        cachedExceptions = IOException.class,
        nonCachedExceptions = FileNotFoundException.class)
    String choosy(String id) throws Exception {
      return answer(id);
    }
  }

  @ApplicationScoped
  static class Unnamed {
    @CacheResult
    String domain(String id, int index) {
      return id + index;
    }
  }

  static class Injected {
    @Inject
    @CacheName("shared")
    BackedCache<String, String> shared;

    @Inject Dao dao;
  }

  private TestDatabase database;
  private Application application;
  private Dao dao;

  @BeforeEach
  void start() throws Exception {
    database = TestDatabases.create();
    application = Application.on(database).start(Dao.class, Unnamed.class, Injected.class);
    dao = application.bean(Dao.class);
  }

  @AfterEach
  void close() throws Exception {
    application.close();
    database.close();
  }

  @Test
  void value_isReturnedWithoutTheMethod_byAKeyOfAllParameters() throws Exception {
    assertThat(dao.domain("a", 1)).isEqualTo("a1");
    assertThat(dao.domain("a", 1)).isEqualTo("a1");
    assertThat(dao.domain("a", 2)).isEqualTo("a2");
    assertThat(dao.calls()).isEqualTo(2);
  }

  @Test
  void markedParameters_areTheKey() throws Exception {
    assertThat(dao.chosen("a", new Thread())).isEqualTo("a");
    assertThat(dao.chosen("a", new Thread())).isEqualTo("a");
    assertThat(dao.calls()).isEqualTo(1);
  }

  @Test
  void generics_areKept_andNullMayBeTheParameter() throws Exception {
    assertThat(dao.list(null)).containsExactly(0);
    assertThat(dao.list(null)).containsExactly(0);
    assertThat(dao.list("null")).containsExactly(1);
  }

  @Test
  void cacheName_isTheMethods_elseTheClasss_elseMadeOfThem() throws Exception {
    dao.domain("a", 1);
    dao.chosen("a", new Thread());
    application.bean(Unnamed.class).domain("a", 1);
    assertThat(Sql.ask(database.dataSource(), NAMES))
        .matches(
            "backstop.annotation.StandardResultTest-Unnamed.domain-[0-9a-f]{8}:\\[\"a\",1]"
                + " chosen:\\[\"a\"] domains:\\[\"a\",1]");
  }

  private static final String NAMES =
      "select listagg(cache_name || ':' || cache_key, ' ') within group (order by cache_name)"
          + " from backstop_backup";

  @Test
  void skipGet_alwaysCalls_andCachesWhatWasReturned() throws Exception {
    dao.domain("a", 1);
    assertThat(dao.create("a", 1)).isEqualTo("created a1");
    assertThat(dao.create("a", 1)).isEqualTo("created a1");
    assertThat(dao.calls()).isEqualTo(3);
    assertThat(dao.domain("a", 1)).isEqualTo("created a1");
    assertThat(dao.calls()).isEqualTo(3);
  }

  @Test
  void exception_isNotCached_unlessAskedFor() {
    IOException down = new IOException("down");
    dao.fails(down);
    assertThatThrownBy(() -> dao.domain("a", 1)).isSameAs(down);
    assertThatThrownBy(() -> dao.domain("a", 1)).isSameAs(down);
    assertThat(dao.calls()).isEqualTo(2);
  }

  @Test
  void exceptionCache_isAskedBeforeTheMethod() throws Exception {
    for (Throwable failure : List.of(new IOException("down"), new AssertionError("odd"))) {
      dao.fails(failure);
      int before = dao.calls();
      String key = failure.getMessage();
      assertThatThrownBy(() -> dao.failing(key)).isSameAs(failure);
      assertThatThrownBy(() -> dao.failing(key)).isSameAs(failure);
      assertThat(dao.calls()).isEqualTo(before + 1);
    }
    dao.fails(null);
    assertThat(dao.failing("other")).isEqualTo("other");
  }

  @Test
  void exceptionCache_isNotAskedWithSkipGet_butFilled() throws Exception {
    IOException first = new IOException("first");
    IOException second = new IOException("second");
    dao.fails(first);
    assertThatThrownBy(() -> dao.failingCreate("a")).isSameAs(first);
    dao.fails(second);
    assertThatThrownBy(() -> dao.failingCreate("a")).isSameAs(second);
    assertThat(dao.calls()).isEqualTo(2);
    assertThatThrownBy(() -> dao.failing("a")).isSameAs(second);
    assertThat(dao.calls()).isEqualTo(2);
  }

  @Test
  void exceptions_haveNoBackup() throws Exception {
    dao.fails(new IOException("down"));
    assertThatThrownBy(() -> dao.failing("a")).isInstanceOf(IOException.class);
    dao.fails(null);
    dao.failing("b");
    assertThat(Sql.ask(database.dataSource(), NAMES)).isEqualTo("failing:[\"b\"]");
  }

  @Test
  void exceptionsThatAreNamed_areCached_andThoseExcludedNot() {
    FileNotFoundException gone = new FileNotFoundException("gone"); // also an IOException
    IOException down = new IOException("down");
    dao.fails(gone);
    assertThatThrownBy(() -> dao.choosy("a")).isSameAs(gone);
    dao.fails(new IllegalStateException("odd"));
    assertThatThrownBy(() -> dao.choosy("a")).isInstanceOf(IllegalStateException.class);
    dao.fails(down);
    assertThatThrownBy(() -> dao.choosy("a")).isSameAs(down);
    dao.fails(gone);
    assertThatThrownBy(() -> dao.choosy("a")).isSameAs(down);
    assertThat(dao.calls()).isEqualTo(3);
  }

  @Test
  void backup_standsInForAMethodThatFails() throws Exception {
    Injected injected = application.bean(Injected.class);
    dao.shared("a");
    injected.shared.expire("a");
    dao.fails(new IOException("down"));
    assertThat(dao.shared("a")).isEqualTo("a");
    assertThat(dao.calls()).isEqualTo(2);
  }

  @Test
  void cacheThatIsInjected_isTheSame_andItsKeysAreOfItsType() throws Exception {
    dao.shared("a");
    assertThat(application.bean(Injected.class).shared.contains("a")).isTrue();
  }

  @Test
  void null_isNotCached() throws Exception {
    assertThat(dao.nothing("a")).isNull();
    assertThat(dao.nothing("a")).isNull();
    assertThat(dao.calls()).isEqualTo(2);
  }
}
