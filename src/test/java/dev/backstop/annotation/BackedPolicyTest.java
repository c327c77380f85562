package dev.backstop.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.BackupReads;
import dev.backstop.CacheTier;
import dev.backstop.Entry;
import dev.backstop.Policy;
import dev.backstop.cdi.Application;
import dev.backstop.cdi.CacheName;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every setting of a policy can be said by an annotation, as an attribute or by a factory. */
class BackedPolicyTest {
  private static final Set<String> BY_CODE = Set.of("changedSince", "fingerprint", "standInOn");

  @Backed(
      cache = "all",
      ttl = "PT1H",
      maxStale = "P2D",
      softTimeout = "PT0.3S",
      hardTimeout = "PT5S",
      refreshAhead = 0.8,
      jitter = "PT1M",
      standInFor = 0.25,
      standInAtMost = "PT7M",
      backupReads = BackupReads.WHILE_FRESH,
      askAtMostEvery = "PT10S",
      withoutReading = CacheTier.HEAP,
      withoutWriting = {CacheTier.HEAP, CacheTier.BACKUPS})
  static String all() {
    return "";
  }

  @Backed(cache = "none")
  static String none() {
    return "";
  }

  private static Policy policyOf(String method) throws ReflectiveOperationException {
    return Attributes.policy(
        BackedPolicyTest.class.getDeclaredMethod(method).getAnnotation(Backed.class));
  }

  @Test
  void everyAttribute_isTheSettingOfItsName() throws Exception {
    Policy policy = policyOf("all");
    assertThat(policy.ttl()).isEqualTo(Duration.ofHours(1));
    assertThat(policy.maxStale()).isEqualTo(Duration.ofDays(2));
    assertThat(policy.softTimeout()).isEqualTo(Duration.ofMillis(300));
    assertThat(policy.hardTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(policy.refreshAhead()).isEqualTo(0.8);
    assertThat(policy.jitter()).isEqualTo(Duration.ofMinutes(1));
    assertThat(policy.standInFor()).isEqualTo(0.25);
    assertThat(policy.standInAtMost()).isEqualTo(Duration.ofMinutes(7));
    assertThat(policy.backupReads()).isEqualTo(BackupReads.WHILE_FRESH);
    assertThat(policy.askAtMostEvery()).isEqualTo(Duration.ofSeconds(10));
    assertThat(policy.unread()).containsExactly(CacheTier.HEAP);
    assertThat(policy.unwritten()).containsExactlyInAnyOrder(CacheTier.HEAP, CacheTier.BACKUPS);
  }

  @Test
  void whatIsUnset_staysUnset() throws Exception {
    Policy policy = policyOf("none");
    for (Method getter : Policy.class.getMethods()) {
      if (getter.getDeclaringClass() == Policy.class
          && getter.getParameterCount() == 0
          && !Modifier.isStatic(getter.getModifiers())) {
        assertThat(getter.invoke(policy)).as(getter.getName()).isNull();
      }
    }
  }

  @Test
  void everySettingOfAPolicy_hasItsAttribute_orIsCode() {
    Set<String> settings =
        Arrays.stream(Policy.class.getMethods())
            .filter(method -> method.getReturnType() == Policy.class)
            .filter(method -> method.getParameterCount() == 1 && !method.getName().equals("over"))
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> attributes =
        Arrays.stream(Backed.class.getDeclaredMethods())
            .map(Method::getName)
            .filter(name -> !Set.of("cache", "policy").contains(name))
            .collect(Collectors.toCollection(TreeSet::new));
    attributes.addAll(BY_CODE);
    assertThat(attributes).isEqualTo(settings);
  }

  @Dependent
  static class Versions implements PolicyFactory {
    static final AtomicInteger MADE = new AtomicInteger();
    static final AtomicInteger DESTROYED = new AtomicInteger();
    static final AtomicInteger VERSION = new AtomicInteger();

    Versions() {
      MADE.incrementAndGet();
    }

    @Override
    public Policy policy(Method method, List<Object> arguments) {
      assertThat(method.getName()).isEqualTo("read");
      return Policy.unset()
          .fingerprint(() -> arguments.get(0) + "@" + VERSION.get())
          .standInOn(failure -> failure instanceof IOException);
    }

    @PreDestroy
    void destroy() {
      DESTROYED.incrementAndGet();
    }
  }

  @ApplicationScoped
  static class Reader {
    final AtomicInteger calls = new AtomicInteger();
    Exception trouble;

    @Backed(cache = "feeds", ttl = "PT1H", policy = Versions.class)
    String read(String name) throws Exception {
      calls.incrementAndGet();
      if (trouble != null) {
        throw trouble;
      }
      return name;
    }

    int calls() {
      return calls.get();
    }

    void fails(Exception failure) {
      trouble = failure;
    }
  }

  @BeforeEach
  void forget() {
    List.of(Versions.MADE, Versions.DESTROYED, Versions.VERSION).forEach(count -> count.set(0));
  }

  @Test
  void factory_saysWhatIsCode_ofTheArguments() throws Exception {
    try (Application application =
        Application.onH2("factory").start(Reader.class, Versions.class)) {
      Reader reader = application.bean(Reader.class);
      reader.read("a");
      reader.read("a");
      assertThat(reader.calls()).isEqualTo(1);
      Versions.VERSION.set(1);
      reader.read("a");
      assertThat(reader.calls()).isEqualTo(2);
      Versions.VERSION.set(2);
      IllegalStateException bug = new IllegalStateException("a bug");
      reader.fails(bug);
      assertThatThrownBy(() -> reader.read("a")).isSameAs(bug);
      reader.fails(new IOException("down"));
      assertThat(reader.read("a")).isEqualTo("a");
    }
  }

  static class Injected {
    @Inject
    @CacheName("feeds")
    BackedCache<String, String> feeds;
  }

  @Test
  void factory_leavesToTheAttributesWhatItDoesNotSet() throws Exception {
    try (Application application =
        Application.onH2("rest").start(Reader.class, Versions.class, Injected.class)) {
      application.bean(Reader.class).read("a");
      Entry<String> entry = application.bean(Injected.class).feeds.peek("a").orElseThrow();
      assertThat(entry.expiresAt()).isEqualTo(entry.createdAt().plus(Duration.ofHours(1)));
    }
  }

  @Test
  void dependentFactory_isMadeOnce_andDestroyedAtTheEnd() throws Exception {
    try (Application application =
        Application.onH2("factory").start(Reader.class, Versions.class)) {
      assertThat(Versions.MADE).hasValue(0);
      application.bean(Reader.class).read("a");
      application.bean(Reader.class).read("b");
      assertThat(Versions.MADE).hasValue(1);
      assertThat(Versions.DESTROYED).hasValue(0);
    }
    assertThat(Versions.DESTROYED).hasValue(1);
  }
}
