package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupFilter;
import dev.backstop.CacheSpec;
import dev.backstop.CullReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two versions of one cache are two caches. */
class VersionTest extends Fixture {
  private static final Duration IDLE = Duration.ofHours(12);
  private static final CacheSpec<String, String> SPEC =
      CacheSpec.of("feeds", String.class, String.class).ttl(TTL);

  private final Source source = new Source("new");

  @Test
  void anotherVersion_hasNothingOfTheOld_alsoWhenItsSourceFails() throws Exception {
    open().cache(SPEC).put("k", "unversioned");
    open().cache(SPEC.version(1)).put("k", "one");
    BackedCache<String, String> two = open().cache(SPEC.version(2));
    assertThat(two.peek("k")).isEmpty();
    assertThat(catchThrowable(() -> two.get("k", Source.failing()))).isNotNull();
    assertThat(two.get("k", source)).isEqualTo("new");
    assertThat(open().cache(SPEC).peek("k").orElseThrow().value()).isEqualTo("unversioned");
    assertThat(open().cache(SPEC.version(1)).peek("k").orElseThrow().value()).isEqualTo("one");
  }

  @Test
  void whileADeploymentRolls_eachVersionSeesItsOwn() throws Exception {
    BackedCache<String, String> old = open().cache(SPEC.version(1));
    BackedCache<String, String> rolled = open().cache(SPEC.version(2));
    old.put("k", "old");
    rolled.put("k", "new");
    old.expire("k");
    assertThat(rolled.contains("k")).isTrue();
    old.clear();
    rolled.put("k2", "new");
    assertThat(rolled.contains("k")).isTrue();
    assertThat(old.get("k", new Source("old again"))).isEqualTo("old again");
    rolled.clear();
    pastTtl();
    assertThat(old.get("k", Source.failing())).isEqualTo("old again");
  }

  static Stream<BackupFilter> ways() {
    return Stream.of(
        BackupFilter.keyPrefix("k"),
        BackupFilter.sql("1 = 1 or b.cache_name = :other", Map.of("other", "feeds@1")),
        BackupFilter.jpql("1 = 1 or b.cacheName = :other", Map.of("other", "feeds@1")));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void manyChanges_areOfOneVersion(BackupFilter which) {
    BackedCache<String, String> old = open().cache(SPEC.version(1));
    BackedCache<String, String> rolled = open().cache(SPEC.version(2));
    old.put("k", "old");
    rolled.put("k", "new");
    assertThat(rolled.removeAll(which)).isEqualTo(1);
    assertThat(rolled.contains("k")).isFalse();
    assertThat(open().cache(SPEC.version(1)).contains("k")).isTrue();
  }

  @Test
  void oldEntries_areCulledWhenNobodyAsksForThemAnyMore() throws Exception {
    open().cache(SPEC.version(1)).put("k", "old");
    closeAll();
    Backstop backstop = open();
    BackedCache<String, String> rolled = backstop.cache(SPEC.version(2));
    rolled.put("k", "new");
    for (int hour = 0; hour < 12; hour++) {
      assertThat(backstop.cullNow().rows()).isZero();
      for (int i = 0; i < 15; i++) { // a longer gap would be downtime
        clock.advance(Duration.ofMinutes(4));
        backstop.cullPreview(); // beats
      }
      rolled.get("k", source);
    }
    clock.advance(TTL.minus(MOMENT));
    assertThat(backstop.cullNow()).isEqualTo(new CullReport(1, 0, 0, 0));
    assertThat(ask("select cache_name from backstop_backup")).isEqualTo("feeds@2");
    assertThat(rolled.contains("k")).isTrue();
  }

  @Test
  void limits_areOfOneVersion() throws Exception {
    BackedCache<String, String> old = open().cache(SPEC.version(1).maxBackups(1));
    old.putAll(Map.of("k1", "v", "k2", "v"), TTL);
    Backstop backstop = open();
    backstop.cache(SPEC.version(2).maxBackups(1)).putAll(Map.of("k1", "v", "k2", "v"), TTL);
    assertThat(backstop.cullNow()).isEqualTo(new CullReport(0, 0, 0, 1));
    assertThat(ask("select count(*) from backstop_backup where cache_name = 'feeds@1'"))
        .isEqualTo("2");
  }

  @Test
  void isPartOfTheStoredName_andOfNoOther() throws Exception {
    BackedCache<String, String> cache =
        open(builder -> builder.namespace("shop")).cache(SPEC.version(2));
    cache.put("k", "v");
    assertThat(ask("select cache_name from backstop_backup")).isEqualTo("shop:feeds@2");
    assertThat(cache.name()).isEqualTo("feeds");
  }

  @Test
  void theStoredName_hasRoomFor64Characters() {
    String name = "n".repeat(57);
    CacheSpec<String, String> spec = CacheSpec.of(name, String.class, String.class);
    Backstop backstop = open(builder -> builder.namespace("shop"));
    assertThatThrownBy(() -> backstop.cache(spec.version(10)))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "name must leave room for its namespace and version in 64 characters, was shop:"
                + name
                + "@10");
    BackedCache<String, String> longest = backstop.cache(spec.version(9));
    longest.put("k", "v");
    assertThat(longest.contains("k")).isTrue();
  }

  @Test
  void oneBackstop_hasOneVersionOfACache() {
    Backstop backstop = open();
    backstop.cache(SPEC.version(1));
    for (CacheSpec<String, String> other : List.of(SPEC.version(2), SPEC)) {
      assertThatThrownBy(() -> backstop.cache(other))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(SPEC.version(1).toString())
          .hasMessageEndingWith(", was " + other);
    }
    assertThat(SPEC.version(1).toString()).contains("feeds@1");
    assertThat(backstop.cache(SPEC.version(1))).isNotNull();
  }
}
