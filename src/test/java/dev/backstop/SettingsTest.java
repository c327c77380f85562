package dev.backstop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.codec.JsonCodec;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the builder, a spec and a policy refuse, each at once and by name and value. */
class SettingsTest {
  private static final Duration MILLISECOND = Duration.ofMillis(1);
  private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);

  private static CacheSpec<String, String> spec() {
    return CacheSpec.of("feeds", String.class, String.class);
  }

  static Stream<Arguments> durations() {
    return Stream.of(
        duration("ttl", Policy::ttl),
        duration("ttl", spec()::ttl),
        duration("maxStale", Policy.unset()::maxStale),
        duration("softTimeout", Policy.unset()::softTimeout),
        duration("hardTimeout", Policy.unset()::hardTimeout),
        duration("jitter", Policy.unset()::jitter),
        duration("standInAtMost", Policy.unset()::standInAtMost),
        duration("askAtMostEvery", Policy.unset()::askAtMostEvery),
        duration("cullIdleAfter", Backstop.builder()::cullIdleAfter),
        duration("cullEvery", Backstop.builder()::cullEvery),
        duration("tombstoneFor", Backstop.builder()::tombstoneFor));
  }

  private static Arguments duration(String name, Consumer<Duration> setting) {
    return Arguments.of(name, setting);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("durations")
  void duration_isAtLeastAMillisecond(String name, Consumer<Duration> setting) {
    for (Duration wrong :
        List.of(
            Duration.ZERO,
            MILLISECOND.minusNanos(1),
            Duration.ofNanos(1),
            Duration.ofMillis(-1),
            Duration.ofSeconds(Long.MIN_VALUE))) {
      assertThatThrownBy(() -> setting.accept(wrong))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessage(name + " must be at least PT0.001S, was " + wrong);
    }
    checkNull(name, () -> setting.accept(null));
    setting.accept(MILLISECOND);
    setting.accept(FOR_EVER);
  }

  static Stream<Arguments> fractions() {
    return Stream.of(
        fraction("refreshAhead", Policy.unset()::refreshAhead),
        fraction("standInFor", Policy.unset()::standInFor));
  }

  private static Arguments fraction(String name, DoubleConsumer setting) {
    return Arguments.of(name, setting);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("fractions")
  void fraction_isAboveZeroAndAtMostOne(String name, DoubleConsumer setting) {
    for (double wrong :
        new double[] {
          0,
          -0.0,
          -0.5,
          Math.nextUp(1.0),
          80,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY
        }) {
      assertThatThrownBy(() -> setting.accept(wrong))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessage(name + " must be above 0 and at most 1, was " + wrong);
    }
    setting.accept(Double.MIN_VALUE);
    setting.accept(1);
  }

  @Test
  void policy_refusesNull() {
    checkNull("standInOn", () -> Policy.unset().standInOn(null));
    checkNull("backupReads", () -> Policy.unset().backupReads(null));
    checkNull("changedSince", () -> Policy.unset().changedSince(null));
    checkNull("fingerprint", () -> Policy.unset().fingerprint(null));
    checkNull("defaults", () -> Policy.unset().over(null));
  }

  @Test
  void policy_keepsWhatWasSetAndTakesTheRestFromTheDefaults() throws Exception {
    Policy set =
        Policy.ttl(Duration.ofSeconds(1))
            .maxStale(Duration.ofSeconds(2))
            .softTimeout(Duration.ofSeconds(3))
            .hardTimeout(Duration.ofSeconds(4))
            .refreshAhead(0.5)
            .jitter(Duration.ofSeconds(6))
            .standInFor(0.7)
            .standInAtMost(Duration.ofSeconds(8))
            .standInOn(failure -> false)
            .backupReads(BackupReads.WHILE_FRESH)
            .changedSince(stamp -> true)
            .fingerprint(() -> "set")
            .askAtMostEvery(Duration.ofSeconds(9));
    Policy other =
        Policy.ttl(Duration.ofSeconds(11))
            .maxStale(Duration.ofSeconds(12))
            .softTimeout(Duration.ofSeconds(13))
            .hardTimeout(Duration.ofSeconds(14))
            .refreshAhead(0.15)
            .jitter(Duration.ofSeconds(16))
            .standInFor(0.17)
            .standInAtMost(Duration.ofSeconds(18))
            .standInOn(failure -> true)
            .backupReads(BackupReads.ON_FAILURE)
            .changedSince(stamp -> false)
            .fingerprint(() -> "other")
            .askAtMostEvery(Duration.ofSeconds(19));
    for (Policy same : List.of(set, set.over(other), Policy.unset().over(set))) {
      assertThat(same.ttl()).isEqualTo(Duration.ofSeconds(1));
      assertThat(same.maxStale()).isEqualTo(Duration.ofSeconds(2));
      assertThat(same.softTimeout()).isEqualTo(Duration.ofSeconds(3));
      assertThat(same.hardTimeout()).isEqualTo(Duration.ofSeconds(4));
      assertThat(same.refreshAhead()).isEqualTo(0.5);
      assertThat(same.jitter()).isEqualTo(Duration.ofSeconds(6));
      assertThat(same.standInFor()).isEqualTo(0.7);
      assertThat(same.standInAtMost()).isEqualTo(Duration.ofSeconds(8));
      assertThat(same.standInOn().test(new Exception())).isFalse();
      assertThat(same.backupReads()).isEqualTo(BackupReads.WHILE_FRESH);
      assertThat(same.changedSince().test(Instant.EPOCH)).isTrue();
      assertThat(same.fingerprint().call()).isEqualTo("set");
      assertThat(same.askAtMostEvery()).isEqualTo(Duration.ofSeconds(9));
    }
    assertThat(Policy.unset().ttl()).isNull();
  }

  @Test
  void heapEntries_isAtLeastOne() {
    for (int wrong : new int[] {0, -1, Integer.MIN_VALUE}) {
      assertThatThrownBy(() -> spec().heapEntries(wrong))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessage("heapEntries must be at least 1, was " + wrong);
    }
    assertThat(spec().heapEntries(1).heapEntries()).isEqualTo(1);
  }

  @Test
  void limitsOfBackups_areAtLeastOne() {
    for (long wrong : new long[] {0, -1, Long.MIN_VALUE}) {
      assertThatThrownBy(() -> spec().maxBackups(wrong))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessage("maxBackups must be at least 1, was " + wrong);
      assertThatThrownBy(() -> spec().maxBackupBytes(wrong))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessage("maxBackupBytes must be at least 1, was " + wrong);
    }
    assertThat(spec().maxBackups()).isEqualTo(Long.MAX_VALUE);
    assertThat(spec().maxBackupBytes()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void version_isAtLeastOne() {
    for (int wrong : new int[] {0, -1, Integer.MIN_VALUE}) {
      assertThatThrownBy(() -> spec().version(wrong))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessage("version must be at least 1, was " + wrong);
    }
    assertThat(spec().version()).isZero();
    assertThat(spec().version(1).copied().version()).isEqualTo(1);
    assertThat(spec().version(Integer.MAX_VALUE).version()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void name_is1To64PlainCharacters() {
    for (String wrong :
        List.of("", " ", "a b", "a:b", "ä", "a'b", "a\n", "😀", "a/b", "a\0", "x".repeat(65))) {
      assertThatThrownBy(() -> CacheSpec.of(wrong, String.class, String.class))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessage("name must be 1 to 64 of A-Z a-z 0-9 _ . -, was " + wrong);
    }
    for (String right : List.of("a", "-", "...", "A-Z_a.z-09", "x".repeat(64))) {
      assertThat(CacheSpec.of(right, String.class, String.class).name()).isEqualTo(right);
    }
  }

  @Test
  void spec_refusesNull() {
    checkNull("name", () -> CacheSpec.of(null, String.class, String.class));
    checkNull("keyType", () -> CacheSpec.of("feeds", null, String.class));
    checkNull("valueType", () -> CacheSpec.of("feeds", String.class, (Class<?>) null));
    checkNull("valueType", () -> CacheSpec.of("feeds", String.class, (GenericType<?>) null));
    checkNull("policy", () -> spec().policy(null));
    checkNull("keyText", () -> spec().keyText(null));
    checkNull("codec", () -> spec().codec(null));
  }

  @Test
  void spec_isImmutable() {
    CacheSpec<String, String> spec = spec();
    spec.ttl(MILLISECOND).heapEntries(1).keyText(text -> text).codec(new JsonCodec());
    assertThat(spec.policy().ttl()).isNull();
    assertThat(spec.maxBackups(1)).isNotSameAs(spec);
    assertThat(spec.maxBackupBytes(1)).isNotSameAs(spec);
    assertThat(spec.maxBackups()).isEqualTo(Long.MAX_VALUE);
    assertThat(spec.maxBackupBytes()).isEqualTo(Long.MAX_VALUE);
    assertThat(spec.heapEntries()).isEqualTo(10_000);
    assertThat(spec.keyText()).isNull();
    assertThat(spec.codec()).isNull();
    assertThat(spec.copied()).isNotSameAs(spec);
    assertThat(spec.isCopied()).isFalse();
    assertThat(spec.entitiesAllowed()).isNotSameAs(spec);
    assertThat(spec.allowsEntities()).isFalse();
  }

  @Test
  void spec_keepsEachSettingWhileOthersAreSet() {
    KeyText<String> text = key -> key;
    JsonCodec codec = new JsonCodec();
    CacheSpec<String, String> spec =
        spec()
            .ttl(MILLISECOND)
            .heapEntries(1)
            .keyText(text)
            .codec(codec)
            .copied()
            .entitiesAllowed()
            .maxBackups(3)
            .maxBackupBytes(4)
            .heapEntries(2);
    assertThat(spec.policy().ttl()).isEqualTo(MILLISECOND);
    assertThat(spec.heapEntries()).isEqualTo(2);
    assertThat(spec.keyText()).isSameAs(text);
    assertThat(spec.codec()).isSameAs(codec);
    assertThat(spec.maxBackups()).isEqualTo(3);
    assertThat(spec.maxBackupBytes()).isEqualTo(4);
    assertThat(spec.isCopied()).isTrue();
    assertThat(spec.allowsEntities()).isTrue();
  }

  @Test
  void ttlOfASpec_keepsTheRestOfItsPolicy() {
    Policy policy = spec().policy(Policy.unset().maxStale(FOR_EVER)).ttl(MILLISECOND).policy();
    assertThat(policy.ttl()).isEqualTo(MILLISECOND);
    assertThat(policy.maxStale()).isEqualTo(FOR_EVER);
  }

  @Test
  void builder_refusesNull() {
    BackstopBuilder builder = Backstop.builder();
    Map<String, ThrowingCallable> settings =
        Map.of(
            "dataSource", () -> builder.dataSource(null),
            "jdbcUrl", () -> builder.jdbcUrl(null),
            "username", () -> builder.username(null),
            "password", () -> builder.password(null),
            "namespace", () -> builder.namespace(null),
            "backupTimeout", () -> builder.backupTimeout(null),
            "codec", () -> builder.codec(null),
            "clock", () -> builder.clock(null),
            "executor", () -> builder.executor(null),
            "persistenceProvider", () -> builder.persistenceProvider(null));
    settings.forEach(SettingsTest::checkNull);
  }

  @Test
  void ehcacheCluster_isOneWithAName() {
    for (String wrong :
        List.of("http://host:9410/shop", "terracotta://host:9410", "terracotta://host:9410/")) {
      assertThatThrownBy(() -> Backstop.builder().ehcacheCluster(URI.create(wrong)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("ehcacheCluster must be terracotta://host:port/name, was " + wrong);
    }
    assertThatThrownBy(() -> Backstop.builder().ehcacheCluster(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("ehcacheCluster must not be null");
    Backstop.builder().ehcacheCluster(URI.create("terracotta://one:9410,other:9410/shop#memory"));
  }

  @Test
  void jdbcUrl_isOne() {
    for (String wrong : List.of("", "h2:./backups", " jdbc:h2:./backups", "http://localhost/")) {
      assertThatThrownBy(() -> Backstop.builder().jdbcUrl(wrong))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessage("jdbcUrl must be a JDBC URL (jdbc:...), was " + wrong);
    }
  }

  @Test
  void poolSize_isAtLeastTwo() {
    for (int wrong : new int[] {1, 0, -1}) {
      assertThatThrownBy(() -> Backstop.builder().poolSize(wrong))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessage("poolSize must be at least 2, was " + wrong);
    }
  }

  @Test
  void cullAfterGets_isAtLeastOne() {
    for (long wrong : new long[] {0, -1, Long.MIN_VALUE}) {
      assertThatThrownBy(() -> Backstop.builder().cullAfterGets(wrong))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessage("cullAfterGets must be at least 1, was " + wrong);
    }
  }

  @Test
  void queue_holdsOneRowAndOneByteAtLeast() {
    assertThatThrownBy(() -> Backstop.builder().queueRows(0))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("queueRows must be at least 1, was 0");
    assertThatThrownBy(() -> Backstop.builder().queueBytes(-1))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("queueBytes must be at least 1, was -1");
  }

  @Test
  void namespace_isShortAndPlain() {
    for (String wrong : List.of(" ", "a:b", "ä", "x".repeat(33))) {
      assertThatThrownBy(() -> Backstop.builder().namespace(wrong))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessage("namespace must be 0 to 32 of A-Z a-z 0-9 _ . -, was " + wrong);
    }
    Backstop.builder().namespace("").namespace("x".repeat(32));
  }

  @Test
  void backupTimeout_isBetweenAQuarterOfASecondAndAnHour() {
    for (Duration wrong :
        List.of(
            Duration.ZERO,
            Duration.ofMillis(-1),
            Duration.ofMillis(250).minusNanos(1),
            Duration.ofHours(1).plusNanos(1),
            FOR_EVER)) {
      assertThatThrownBy(() -> Backstop.builder().backupTimeout(wrong))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("backupTimeout must be at ")
          .hasMessageEndingWith(", was " + wrong);
    }
    Backstop.builder().backupTimeout(Duration.ofMillis(250)).backupTimeout(Duration.ofHours(1));
  }

  @Test
  void build_wantsOneDatabase() {
    assertThatThrownBy(() -> Backstop.builder().build())
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessageContaining("dataSource or jdbcUrl")
        .hasMessageContaining("neither");
    assertThatThrownBy(
            () ->
                Backstop.builder()
                    .dataSource(new JdbcDataSource())
                    .jdbcUrl("jdbc:h2:mem:never-opened")
                    .build())
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessageContaining("dataSource or jdbcUrl")
        .hasMessageContaining("not both");
  }

  @Test
  void persistenceProviderThatIsNotThere_isNamed() {
    assertThatThrownBy(
            () ->
                Backstop.builder()
                    .jdbcUrl("jdbc:h2:mem:never-opened")
                    .persistenceProvider("org.example.Absent")
                    .build())
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("persistenceProvider must be on the class path, was org.example.Absent");
  }

  private static void checkNull(String name, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isExactlyInstanceOf(NullPointerException.class)
        .hasMessage(name + " must not be null");
  }
}
