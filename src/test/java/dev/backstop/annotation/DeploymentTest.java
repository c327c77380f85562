package dev.backstop.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.BackupReads;
import dev.backstop.CacheSpec;
import dev.backstop.Policy;
import dev.backstop.cdi.Application;
import dev.backstop.cdi.CacheName;
import jakarta.enterprise.context.SessionScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.io.Serializable;
import java.lang.reflect.Method;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Annotated methods that can't work fail the deployment, and are named. */
class DeploymentTest {
  private static final String HERE = DeploymentTest.class.getName() + "$";

  static class Nothing {
    @Backed(cache = "feeds")
    void read(String name) {}
  }

  static class Private {
    @Backed(cache = "feeds")
    @SuppressWarnings("UnusedMethod")
    private String read(String name) {
      return name;
    }
  }

  static class Static {
    @Backed(cache = "feeds")
    static String read(String name) {
      return name;
    }
  }

  static class Final {
    @Backed(cache = "feeds")
    final String read(String name) {
      return name;
    }
  }

  static final class FinalClass {
    @Backed(cache = "feeds")
    String read(String name) {
      return name;
    }
  }

  interface Interface {
    @Backed(cache = "feeds")
    String read(String name);
  }

  static class FinalChange {
    @Removes(cache = "feeds")
    final void remove(String name) {}
  }

  static class Both {
    @Backed(cache = "feeds")
    @Expires(cache = "feeds")
    String read(String name) {
      return name;
    }
  }

  static class BadName {
    @Backed(cache = "my feeds")
    String read(String name) {
      return name;
    }
  }

  static class BadTtl {
    @Backed(cache = "feeds", ttl = "5 minutes")
    String read(String name) {
      return name;
    }
  }

  static class ShortTtl {
    @Backed(cache = "feeds", maxStale = "PT0S")
    String read(String name) {
      return name;
    }
  }

  static class BadShare {
    @Backed(cache = "feeds", refreshAhead = 2)
    String read(String name) {
      return name;
    }
  }

  static class TwoModes {
    @Backed(
        cache = "feeds",
        backupReads = {BackupReads.ON_FAILURE, BackupReads.WHILE_FRESH})
    String read(String name) {
      return name;
    }
  }

  static class OddKey {
    @Backed(cache = "feeds")
    String read(Thread name) {
      return name.getName();
    }
  }

  static class OddPart {
    @Backed(cache = "feeds")
    String read(String name, Thread thread) {
      return name;
    }
  }

  static class OddFuture {
    @Backed(cache = "feeds")
    Future<String> read(String name) {
      throw new IllegalStateException(name);
    }
  }

  @SuppressWarnings("rawtypes")
  static class RawStage {
    @Backed(cache = "feeds")
    CompletionStage read(String name) {
      throw new IllegalStateException(name);
    }
  }

  static class Variable<T> {
    @Backed(cache = "feeds")
    T read(String name) {
      throw new IllegalStateException(name);
    }
  }

  static class Two {
    @Backed(cache = "feeds")
    String read(String name) {
      return name;
    }

    @Inject
    @CacheName("feeds")
    BackedCache<String, Integer> numbers;
  }

  static class TwoKeys {
    @Backed(cache = "feeds")
    String read(String name, int page) {
      return name;
    }

    @Backed(cache = "feeds")
    String read(String name, UUID page) {
      return name;
    }
  }

  static class Unknown {
    @Backed(cache = "feeds")
    String read(String name) {
      return name;
    }

    @Expires(cache = "fedes")
    void rename(String name) {}
  }

  static class OtherKey {
    @Backed(cache = "feeds")
    String read(String name) {
      return name;
    }

    @Removes(cache = "feeds")
    void remove(String name, String why) {}
  }

  static class NoFactory {
    static class Factory implements PolicyFactory {
      @Override
      public Policy policy(Method method, List<Object> arguments) {
        return Policy.unset();
      }
    }

    @Backed(cache = "feeds", policy = Factory.class)
    String read(String name) {
      return name;
    }
  }

  private static final String NOBODY = "can't be on a method that no interceptor meets, and it ";

  static Stream<Arguments> methods() {
    return Stream.of(
        Arguments.of(
            Nothing.class, "Nothing.read: @Backed: a loader must return its value, was void"),
        Arguments.of(Private.class, "Private.read: @Backed " + NOBODY + "is private"),
        Arguments.of(Static.class, "Static.read: @Backed " + NOBODY + "is static"),
        Arguments.of(Final.class, "Final.read: @Backed " + NOBODY + "is final"),
        Arguments.of(
            FinalClass.class, "FinalClass.read: @Backed " + NOBODY + "is of a final class"),
        Arguments.of(
            Interface.class, "Interface.read: @Backed " + NOBODY + "is declared by an interface"),
        Arguments.of(FinalChange.class, "FinalChange.remove: @Removes " + NOBODY + "is final"),
        Arguments.of(Both.class, "Both.read: @Backed and @Expires can't be on one method"),
        Arguments.of(
            BadName.class,
            "BadName.read: @Backed: name must be 1 to 64 of A-Z a-z 0-9 _ . -, was my feeds"),
        Arguments.of(
            BadTtl.class,
            "BadTtl.read: @Backed: ttl must be a duration as ISO 8601 has them (PT5M, PT0.5S, P1D),"
                + " was \"5 minutes\""),
        Arguments.of(
            ShortTtl.class, "ShortTtl.read: @Backed: maxStale must be at least PT0.001S, was PT0S"),
        Arguments.of(
            BadShare.class,
            "BadShare.read: @Backed: refreshAhead must be above 0 and at most 1, was 2.0"),
        Arguments.of(
            TwoModes.class, "TwoModes.read: @Backed: backupReads must be one at most, was several"),
        Arguments.of(OddKey.class, "OddKey.read: keyType must be a String, boxed primitive"),
        Arguments.of(
            OddPart.class,
            "OddPart.read: @Backed: a part of a key must be a String, primitive, UUID, enum or a"
                + " record of those, was java.lang.Thread. Mark with @CacheKey what is the key"),
        Arguments.of(
            OddFuture.class,
            "OddFuture.read: @Backed: what is complete later must be a CompletionStage or"
                + " CompletableFuture, was java.util.concurrent.Future"),
        Arguments.of(RawStage.class, "RawStage.read: @Backed: a stage must say of what it is"),
        Arguments.of(
            Variable.class, "Variable.read: @Backed: type must have no type variables, was T"),
        Arguments.of(
            Two.class, "BackedCache<java.lang.String, java.lang.String> at " + HERE + "Two.read"),
        Arguments.of(
            TwoKeys.class, "the keys of the cache feeds are of (java.lang.String, java.lang."),
        Arguments.of(
            Unknown.class,
            "Unknown.rename: @Expires: there is no cache fedes, only [feeds]; name one that a"
                + " method loads, or that is injected"),
        Arguments.of(
            OtherKey.class,
            "OtherKey.remove: the keys of the cache feeds are of java.lang.String, and not of"
                + " (java.lang.String, java.lang.String). Mark with @CacheKey what is the key"),
        Arguments.of(
            NoFactory.class,
            "NoFactory.read: @Backed: policy must be the class of one bean, was "
                + HERE
                + "NoFactory$Factory"));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void method_isNamed(Class<?> bean, String message) {
    try (Application application = Application.onH2("refused")) {
      assertThatThrownBy(() -> application.start(bean))
          .hasStackTraceContaining(HERE)
          .hasStackTraceContaining(message);
    }
  }

  @SessionScoped
  static class OfASession implements Serializable {
    private static final long serialVersionUID = 1L;

    @Backed(cache = "feeds")
    String read(String name) {
      return name;
    }

    @Removes(cache = "feeds")
    void remove(String name) {}
  }

  @Test
  void beanOfASession_isGood() {
    try (Application application = Application.onH2("session").start(OfASession.class)) {
      assertThat(application.bean(OfASession.class)).isNotNull();
    }
  }

  record PageKey(String name, int page) {}

  static class Recorded {
    @Produces
    @CacheName("pages")
    static final CacheSpec<PageKey, String> PAGES =
        CacheSpec.of("pages", PageKey.class, String.class);

    @Backed(cache = "pages")
    String read(String name, int page) {
      return name + page;
    }

    @Removes(cache = "pages")
    void remove(String name, int page) {}

    @Inject
    @CacheName("pages")
    BackedCache<PageKey, String> pages;
  }

  @Test
  void recordThatIsTheKeyElsewhere_isMadeOfTheParameters() {
    try (Application application = Application.onH2("records").start(Recorded.class)) {
      Recorded bean = application.bean(Recorded.class);
      assertThat(bean.read("a", 1)).isEqualTo("a1");
      assertThat(bean.pages.contains(new PageKey("a", 1))).isTrue();
      bean.remove("a", 1);
      assertThat(bean.pages.contains(new PageKey("a", 1))).isFalse();
    }
  }
}
