package dev.backstop.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.cdi.Application;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.interceptor.InvocationContext;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CacheInvocationContext;
import javax.cache.annotation.CacheInvocationParameter;
import javax.cache.annotation.CacheKeyGenerator;
import javax.cache.annotation.CacheKeyInvocationContext;
import javax.cache.annotation.CacheMethodDetails;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResolver;
import javax.cache.annotation.CacheResolverFactory;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.CacheValue;
import javax.cache.annotation.GeneratedCacheKey;
import javax.cache.configuration.MutableConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Generators of keys and resolvers of caches, as JSR-107 has them. */
class StandardHooksTest {
  private static final List<CacheKeyInvocationContext<? extends Annotation>> ASKED =
      new ArrayList<>();
  private static final List<String> DETAILS = new ArrayList<>();
  private static final AtomicInteger DESTROYED = new AtomicInteger();
  private static @Nullable CacheManager manager;

  record UpperKey(String text) implements GeneratedCacheKey {}

  /** No bean. */
  static class Upper implements CacheKeyGenerator {
    @Override
    public GeneratedCacheKey generateCacheKey(
        CacheKeyInvocationContext<? extends Annotation> context) {
      ASKED.add(context);
      return new UpperKey(
          Arrays.stream(context.getKeyParameters())
              .map(parameter -> String.valueOf(parameter.getValue()).toUpperCase())
              .collect(Collectors.joining()));
    }
  }

  static class OddKey implements GeneratedCacheKey {
    private static final long serialVersionUID = 1L;
  }

  static class Odd implements CacheKeyGenerator {
    @Override
    public GeneratedCacheKey generateCacheKey(
        CacheKeyInvocationContext<? extends Annotation> context) {
      return new OddKey();
    }
  }

  /** A bean. */
  @Dependent
  static class Caffeine implements CacheResolverFactory {
    private static CacheResolver of(String name) {
      return new CacheResolver() {
        @Override
        public <K, V> Cache<K, V> resolveCache(
            CacheInvocationContext<? extends Annotation> context) {
          return manager.getCache(name);
        }
      };
    }

    @Override
    public CacheResolver getCacheResolver(CacheMethodDetails<? extends Annotation> details) {
      DETAILS.add(
          details.getMethod().getName()
              + " of "
              + details.getCacheName()
              + " by "
              + details.getCacheAnnotation().annotationType().getSimpleName());
      return of("values");
    }

    @Override
    public CacheResolver getExceptionCacheResolver(CacheMethodDetails<CacheResult> details) {
      DETAILS.add("failures of " + details.getCacheAnnotation().exceptionCacheName());
      return of("failures");
    }

    @PreDestroy
    void destroy() {
      DESTROYED.incrementAndGet();
    }
  }

  @ApplicationScoped
  static class Dao {
    int calls;
    @Nullable Exception trouble;

    void fails(@Nullable Exception failure) {
      trouble = failure;
    }

    int calls() {
      return calls;
    }

    @CacheResult(cacheName = "upper", cacheKeyGenerator = Upper.class)
    String get(String id, @Deprecated int page) {
      calls++;
      return id + page;
    }

    @CachePut(cacheName = "upper", cacheKeyGenerator = Upper.class)
    void put(@CacheValue String value, String id, int page) {}

    @CacheRemove(cacheName = "upper", cacheKeyGenerator = Upper.class)
    void remove(@javax.cache.annotation.CacheKey String idAndPage, Thread ignored) {}

    @CacheResult(cacheName = "odd", cacheKeyGenerator = Odd.class)
    String odd(String id) {
      return id;
    }
  }

  @ApplicationScoped
  @CacheDefaults(cacheName = "resolved", cacheResolverFactory = Caffeine.class)
  static class Resolved {
    int calls;
    @Nullable Exception trouble;

    void fails(@Nullable Exception failure) {
      trouble = failure;
    }

    int calls() {
      return calls;
    }

    @CacheResult(exceptionCacheName = "failures")
    @Nullable String get(@Nullable String id, int[] pages) throws Exception {
      calls++;
      if (trouble != null) {
        throw trouble;
      }
      return id == null ? null : id + pages.length;
    }

    @CachePut
    void put(String id, int[] pages, @CacheValue String value) {}

    @CacheRemove
    void remove(String id, int[] pages) {}

    @CacheRemoveAll
    void removeAll() {}
  }

  private Application application;

  @BeforeEach
  void start() {
    ASKED.clear();
    DETAILS.clear();
    DESTROYED.set(0);
    manager =
        new com.github.benmanes.caffeine.jcache.spi.CaffeineCachingProvider().getCacheManager();
    for (String name : List.of("values", "failures")) {
      manager.createCache(name, new MutableConfiguration<Object, Object>().setStoreByValue(false));
    }
    application = Application.onH2("hooks").start(Dao.class, Resolved.class, Caffeine.class);
  }

  @AfterEach
  void close() {
    application.close();
    manager.close();
  }

  @Test
  void generator_makesTheKeys() {
    Dao dao = application.bean(Dao.class);
    assertThat(dao.get("a", 1)).isEqualTo("a1");
    assertThat(dao.get("A", 1)).isEqualTo("a1");
    dao.put("other", "a", 1);
    assertThat(dao.get("A", 1)).isEqualTo("other");
    dao.remove("a1", Thread.currentThread());
    assertThat(dao.get("A", 1)).isEqualTo("A1");
    assertThat(dao.calls()).isEqualTo(2);
  }

  @Test
  void generator_isToldOfTheCall() throws Exception {
    Dao dao = application.bean(Dao.class);
    dao.get("a", 1);
    CacheKeyInvocationContext<? extends Annotation> get = ASKED.get(0);
    assertThat(get.getCacheName()).isEqualTo("upper");
    assertThat(get.getMethod())
        .isEqualTo(Dao.class.getDeclaredMethod("get", String.class, int.class));
    assertThat(get.getCacheAnnotation()).isInstanceOf(CacheResult.class);
    assertThat(get.getAnnotations()).contains(get.getCacheAnnotation());
    assertThat(get.getTarget()).isInstanceOf(Dao.class);
    assertThat(get.getValueParameter()).isNull();
    assertThat(get.getAllParameters()).hasSize(2);
    CacheInvocationParameter page = get.getKeyParameters()[1];
    assertThat(page.getRawType()).isEqualTo(int.class);
    assertThat(page.getValue()).isEqualTo(1);
    assertThat(page.getParameterPosition()).isEqualTo(1);
    assertThat(page.getAnnotations()).hasSize(1).hasOnlyElementsOfType(Deprecated.class);
    assertThat(get.unwrap(InvocationContext.class).getParameters()).containsExactly("a", 1);
    assertThat(get.unwrap(CacheKeyInvocationContext.class)).isSameAs(get);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> get.unwrap(Thread.class))
        .withMessageContaining("was java.lang.Thread");
    dao.put("v", "a", 1);
    CacheKeyInvocationContext<? extends Annotation> put = ASKED.get(1);
    assertThat(put.getValueParameter().getValue()).isEqualTo("v");
    assertThat(positions(put)).isEqualTo(List.of(1, 2));
    dao.remove("a1", Thread.currentThread());
    assertThat(positions(ASKED.get(2))).isEqualTo(List.of(0));
  }

  private static List<Integer> positions(CacheKeyInvocationContext<? extends Annotation> context) {
    return Arrays.stream(context.getKeyParameters())
        .map(CacheInvocationParameter::getParameterPosition)
        .toList();
  }

  @Test
  void generatedKeyWithoutText_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> application.bean(Dao.class).odd("a"))
        .withMessageContaining(
            "CacheSpec of GeneratedCacheKey with a keyText; was " + OddKey.class.getName());
  }

  @Test
  void resolver_isAskedForOncePerMethod_andItsCacheIsUsed() throws Exception {
    Resolved dao = application.bean(Resolved.class);
    int[] pages = {1, 2};
    assertThat(dao.get("a", pages)).isEqualTo("a2");
    assertThat(dao.get("a", pages.clone())).isEqualTo("a2"); // arrays are compared by content
    assertThat(dao.calls()).isEqualTo(1);
    dao.put("a", pages, "put");
    assertThat(dao.get("a", pages)).isEqualTo("put");
    dao.remove("a", pages);
    assertThat(dao.get("a", pages)).isEqualTo("a2");
    dao.removeAll();
    assertThat(dao.get("a", pages)).isEqualTo("a2");
    assertThat(dao.calls()).isEqualTo(3);
    assertThat(dao.get(null, pages)).isNull();
    assertThat(dao.get(null, pages)).isNull();
    assertThat(dao.calls()).isEqualTo(5);
    assertThat(Set.copyOf(DETAILS))
        .containsExactlyInAnyOrder(
            "get of resolved by CacheResult",
            "failures of failures",
            "put of resolved by CachePut",
            "remove of resolved by CacheRemove",
            "removeAll of resolved by CacheRemoveAll");
    assertThat(DETAILS).hasSize(5);
  }

  @Test
  void exceptions_areInTheCacheThatTheirResolverFinds() {
    Resolved dao = application.bean(Resolved.class);
    IOException down = new IOException("down");
    dao.fails(down);
    assertThatThrownBy(() -> dao.get("a", new int[0])).isSameAs(down);
    assertThatThrownBy(() -> dao.get("a", new int[0])).isSameAs(down);
    assertThat(dao.calls()).isEqualTo(1);
    assertThat(manager.getCache("failures")).hasSize(1);
  }

  @Test
  void dependentFactory_isDestroyedWithTheApplication() throws Exception {
    application.bean(Resolved.class).get("a", new int[0]);
    assertThat(DESTROYED).hasValue(0);
    application.close();
    assertThat(DESTROYED).hasValue(1);
    application = Application.onH2("hooks").start(Dao.class);
  }
}
