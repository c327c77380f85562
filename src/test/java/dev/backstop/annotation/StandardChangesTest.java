package dev.backstop.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.cdi.Application;
import dev.backstop.cdi.CacheName;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code CachePut}, {@code CacheRemove} and {@code CacheRemoveAll} of JSR-107. */
class StandardChangesTest {
  @ApplicationScoped
  @CacheDefaults(cacheName = "domains")
  static class Dao {
    final AtomicReference<@Nullable Exception> trouble = new AtomicReference<>();
    final AtomicReference<Supplier<Boolean>> look = new AtomicReference<>();
    final AtomicReference<@Nullable Boolean> seen = new AtomicReference<>();

    private void work() throws Exception {
      seen.set(look.get().get());
      if (trouble.get() != null) {
        throw trouble.get();
      }
    }

    void fails(@Nullable Exception failure) {
      trouble.set(failure);
    }

    void look(Supplier<Boolean> what) {
      look.set(what);
    }

    @Nullable Boolean seen() {
      return seen.get();
    }

    @CachePut
    void put(String id, @CacheValue String domain) throws Exception {
      work();
    }

    @CachePut
    void putChosen(
        @CacheValue String domain, @javax.cache.annotation.CacheKey String id, int ignored)
        throws Exception {
      work();
    }

    @CachePut(afterInvocation = false, cacheFor = IllegalStateException.class)
    void putBefore(String id, @CacheValue String domain) throws Exception {
      work();
    }

    @CachePut(cacheFor = IOException.class)
    void putFor(String id, @CacheValue String domain) throws Exception {
      work();
    }

    @CachePut(noCacheFor = IOException.class)
    void putNotFor(String id, @CacheValue String domain) throws Exception {
      work();
    }

    @CachePut(cacheFor = IOException.class, noCacheFor = FileNotFoundException.class)
    void putForSome(String id, @CacheValue String domain) throws Exception {
      work();
    }

    @CacheRemove
    void remove(String id) throws Exception {
      work();
    }

    @CacheRemove(afterInvocation = false)
    void removeBefore(String id) throws Exception {
      work();
    }

    @CacheRemove(evictFor = IOException.class, noEvictFor = FileNotFoundException.class)
    void removeForSome(String id) throws Exception {
      work();
    }

    @CacheRemove(noEvictFor = IOException.class)
    void removeNotFor(String id) throws Exception {
      work();
    }

    @CacheRemoveAll
    void removeAll() throws Exception {
      work();
    }

    @CacheRemoveAll(afterInvocation = false)
    void removeAllBefore(Thread anything) throws Exception {
      work();
    }

    @CacheRemoveAll(evictFor = IOException.class)
    void removeAllFor() throws Exception {
      work();
    }
  }

  static class Injected {
    @Inject
    @CacheName("domains")
    BackedCache<String, String> domains;

    @Inject Dao dao;
  }

  private Application application;
  private BackedCache<String, String> domains;
  private Dao dao;

  @BeforeEach
  void start() {
    application = Application.onH2("standard").start(Dao.class, Injected.class);
    Injected injected = application.bean(Injected.class);
    domains = injected.domains;
    domains.clear(); // of what the test before left
    dao = injected.dao;
    dao.look(() -> domains.contains("a"));
  }

  @AfterEach
  void close() {
    application.close();
  }

  private String valueOfA() {
    return domains.peek("a").map(entry -> entry.value()).orElse("nothing");
  }

  private interface Work {
    void run() throws Exception;
  }

  private void fail(Exception failure, Work work) {
    dao.fails(failure);
    assertThatThrownBy(work::run).isSameAs(failure);
    dao.fails(null);
  }

  @Test
  void put_isOfTheMarkedValue_byTheOtherParameters_afterTheMethod() throws Exception {
    dao.put("a", "A");
    assertThat(dao.seen()).isFalse();
    assertThat(valueOfA()).isEqualTo("A");
  }

  @Test
  void put_isByTheMarkedKey() throws Exception {
    dao.putChosen("A", "a", 7);
    assertThat(valueOfA()).isEqualTo("A");
  }

  @Test
  void putBefore_isDoneBeforeTheMethod_whateverThatThrows() {
    fail(new IOException("down"), () -> dao.putBefore("a", "A"));
    assertThat(dao.seen()).isTrue();
    assertThat(valueOfA()).isEqualTo("A");
  }

  @Test
  void failure_preventsThePut_unlessNamed() {
    fail(new IOException("down"), () -> dao.put("a", "A"));
    assertThat(valueOfA()).isEqualTo("nothing");
    fail(new IllegalStateException("odd"), () -> dao.putFor("a", "A"));
    assertThat(valueOfA()).isEqualTo("nothing");
    fail(new FileNotFoundException("gone"), () -> dao.putFor("a", "B"));
    assertThat(valueOfA()).isEqualTo("B");
  }

  @Test
  void failuresThatAreExcluded_preventThePut_andOthersDoNot() {
    fail(new FileNotFoundException("gone"), () -> dao.putNotFor("a", "A"));
    assertThat(valueOfA()).isEqualTo("nothing");
    fail(new IllegalStateException("odd"), () -> dao.putNotFor("a", "A"));
    assertThat(valueOfA()).isEqualTo("A");
  }

  @Test
  void failuresThatAreNamedAndExcluded_preventThePut() {
    fail(new FileNotFoundException("gone"), () -> dao.putForSome("a", "A"));
    fail(new IllegalStateException("odd"), () -> dao.putForSome("a", "A"));
    assertThat(valueOfA()).isEqualTo("nothing");
    fail(new IOException("down"), () -> dao.putForSome("a", "A"));
    assertThat(valueOfA()).isEqualTo("A");
  }

  @Test
  void putOfNull_removes() throws Exception {
    domains.put("a", "A");
    dao.put("a", null);
    assertThat(valueOfA()).isEqualTo("nothing");
  }

  @Test
  void remove_isDoneAfterTheMethod_unlessItFails() throws Exception {
    domains.put("a", "A");
    domains.put("b", "B");
    fail(new IOException("down"), () -> dao.remove("a"));
    assertThat(valueOfA()).isEqualTo("A");
    dao.remove("a");
    assertThat(dao.seen()).isTrue();
    assertThat(valueOfA()).isEqualTo("nothing");
    assertThat(domains.contains("b")).isTrue();
  }

  @Test
  void removeBefore_isDoneBeforeTheMethod_whateverThatThrows() {
    domains.put("a", "A");
    fail(new IOException("down"), () -> dao.removeBefore("a"));
    assertThat(dao.seen()).isFalse();
    assertThat(valueOfA()).isEqualTo("nothing");
  }

  @Test
  void failuresThatAreNamed_remove_andThoseExcludedDoNot() {
    domains.put("a", "A");
    fail(new FileNotFoundException("gone"), () -> dao.removeForSome("a"));
    fail(new IllegalStateException("odd"), () -> dao.removeForSome("a"));
    fail(new IOException("down"), () -> dao.removeNotFor("a"));
    assertThat(valueOfA()).isEqualTo("A");
    fail(new IOException("down"), () -> dao.removeForSome("a"));
    assertThat(valueOfA()).isEqualTo("nothing");
    domains.put("a", "A");
    fail(new IllegalStateException("odd"), () -> dao.removeNotFor("a"));
    assertThat(valueOfA()).isEqualTo("nothing");
  }

  @Test
  void removeAll_isDoneAfterTheMethod_unlessItFails() throws Exception {
    domains.put("a", "A");
    domains.put("b", "B");
    fail(new IOException("down"), () -> dao.removeAll());
    assertThat(valueOfA()).isEqualTo("A");
    dao.removeAll();
    assertThat(dao.seen()).isTrue();
    assertThat(valueOfA()).isEqualTo("nothing");
    assertThat(domains.contains("b")).isFalse();
  }

  @Test
  void removeAllBefore_isDoneBeforeTheMethod_andFailuresThatAreNamedRemoveAll() {
    domains.put("a", "A");
    fail(new IOException("down"), () -> dao.removeAllBefore(Thread.currentThread()));
    assertThat(dao.seen()).isFalse();
    assertThat(valueOfA()).isEqualTo("nothing");
    domains.put("a", "A");
    fail(new IllegalStateException("odd"), () -> dao.removeAllFor());
    assertThat(valueOfA()).isEqualTo("A");
    fail(new IOException("down"), () -> dao.removeAllFor());
    assertThat(valueOfA()).isEqualTo("nothing");
  }
}
