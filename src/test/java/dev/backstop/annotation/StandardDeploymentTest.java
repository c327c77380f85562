package dev.backstop.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.cdi.Application;
import jakarta.enterprise.context.ApplicationScoped;
import java.lang.annotation.Annotation;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import javax.cache.annotation.CacheKeyGenerator;
import javax.cache.annotation.CacheKeyInvocationContext;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemove;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.CacheValue;
import javax.cache.annotation.GeneratedCacheKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Methods of JSR-107 that can't work fail the deployment, and are named. */
class StandardDeploymentTest {
  static class Nothing {
    @CacheResult(cacheName = "feeds")
    void read(String name) {}
  }

  static class Stage {
    @CacheResult(cacheName = "feeds")
    CompletionStage<String> read(String name) {
      throw new IllegalStateException(name);
    }
  }

  static class Final {
    @CacheResult(cacheName = "feeds")
    final String read(String name) {
      return name;
    }
  }

  static class Two {
    @CacheResult(cacheName = "feeds")
    @CacheRemoveAll(cacheName = "feeds")
    String read(String name) {
      return name;
    }
  }

  static class NoValue {
    @CachePut(cacheName = "feeds")
    void put(String name, String value) {}
  }

  static class TwoValues {
    @CachePut(cacheName = "feeds")
    void put(String name, @CacheValue String value, @CacheValue String other) {}
  }

  @CacheResult(cacheName = "feeds")
  static class OnClass {
    String read(String name) {
      return name;
    }
  }

  static class OddKey {
    @CacheResult(cacheName = "feeds")
    String read(Thread thread) {
      return thread.getName();
    }
  }

  static class TwoTypes {
    @CacheResult(cacheName = "feeds")
    String read(String name) {
      return name;
    }

    @CachePut(cacheName = "feeds")
    void put(String name, @CacheValue int value) {}
  }

  static class TwoKeys {
    @CacheResult(cacheName = "feeds")
    String read(String name) {
      return name;
    }

    @CacheRemove(cacheName = "feeds")
    void remove(long name) {}
  }

  static class Unknown {
    @CacheRemove(cacheName = "feeds")
    void remove(String name) {}
  }

  static class Generator implements CacheKeyGenerator {
    Generator(String parameter) {}

    @Override
    public GeneratedCacheKey generateCacheKey(
        CacheKeyInvocationContext<? extends Annotation> context) {
      throw new IllegalStateException();
    }
  }

  static class NoGenerator {
    @CacheResult(cacheName = "feeds", cacheKeyGenerator = Generator.class)
    String read(String name) {
      return name;
    }
  }

  static Stream<Arguments> methods() {
    return Stream.of(
        Arguments.of(
            Nothing.class, "Nothing.read: @CacheResult: a result must be returned, was void"),
        Arguments.of(Stage.class, "Stage.read: @CacheResult: a stage is no result; @Backed caches"),
        Arguments.of(
            Final.class,
            "Final.read: @CacheResult can't be on a method that no interceptor meets, and it is"
                + " final"),
        Arguments.of(
            Two.class,
            "Two.read: @CacheResult and another annotation of javax.cache can't be on one method"),
        Arguments.of(
            NoValue.class,
            "NoValue.put: @CachePut: one parameter must be the @CacheValue, and not 0"),
        Arguments.of(
            TwoValues.class,
            "TwoValues.put: @CachePut: one parameter must be the @CacheValue, and not 2"),
        Arguments.of(
            OnClass.class,
            "OnClass: @CacheResult can't be on a class; annotate its methods, with @CacheDefaults"),
        Arguments.of(OddKey.class, "OddKey.read: @CacheResult: a part of a key must be a String"),
        Arguments.of(TwoTypes.class, "The cache feeds has two types"),
        Arguments.of(
            TwoKeys.class,
            "TwoKeys.remove: the keys of the cache feeds are of (java.lang.String), and not of"
                + " (java.lang.Long)"),
        Arguments.of(
            Unknown.class, "Unknown.remove: @CacheRemove: there is no cache feeds, only []"),
        Arguments.of(
            NoGenerator.class,
            "NoGenerator.read: @CacheResult: it must be the class of one bean, or have a"
                + " constructor without parameters, was "
                + Generator.class.getName()));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void method_isNamed(Class<?> bean, String message) {
    try (Application application = Application.onH2("refused")) {
      assertThatThrownBy(() -> application.start(bean)).hasStackTraceContaining(message);
    }
  }

  @ApplicationScoped
  static class Mixed {
    int calls;

    @Backed(cache = "feeds", ttl = "PT1H")
    String read(String name) {
      calls++;
      return name;
    }

    @CacheRemove(cacheName = "feeds")
    void remove(String name) {}

    @CacheResult(cacheName = "others")
    String other(String name) {
      calls++;
      return name;
    }

    @Removes(cache = "others")
    void removeOther(String name) {}

    int calls() {
      return calls;
    }
  }

  @Test
  void annotationsOfBothKinds_shareTheirCaches() {
    try (Application application = Application.onH2("mixed").start(Mixed.class)) {
      Mixed mixed = application.bean(Mixed.class);
      mixed.read("a");
      mixed.other("a");
      mixed.remove("a");
      mixed.removeOther("a");
      mixed.read("a");
      mixed.other("a");
      assertThat(mixed.calls()).isEqualTo(4);
    }
  }
}
