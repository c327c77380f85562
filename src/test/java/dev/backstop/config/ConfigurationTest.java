package dev.backstop.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.backstop.Backstop;
import dev.backstop.BackupReads;
import dev.backstop.CacheSpec;
import dev.backstop.Durability;
import dev.backstop.Policy;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a setting comes from, what wins, and what is said of one that can't be. */
class ConfigurationTest {
  private static final CacheSpec<String, String> FEEDS =
      CacheSpec.of("feeds", String.class, String.class);

  private static Properties properties(String... namesAndValues) {
    Properties properties = new Properties();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      properties.setProperty(namesAndValues[i], namesAndValues[i + 1]);
    }
    return properties;
  }

  private static Configuration of(String... namesAndValues) {
    return new Configuration(new JvmSource(properties(namesAndValues), Map.of()));
  }

  @Test
  void systemProperty_winsOverTheEnvironment_whichWinsOverTheFile() {
    Map<String, String> environment =
        Map.of("BACKSTOP_A", "environment", "BACKSTOP_B", "environment");
    FileSource file =
        new FileSource(
            properties("backstop.a", "file", "backstop.b", "file", "backstop.c", "file"));
    Configuration configuration =
        new Configuration(new JvmSource(properties("backstop.a", "property"), environment), file);
    assertThat(configuration.text("backstop.a")).contains("property");
    assertThat(configuration.text("backstop.b")).contains("environment");
    assertThat(configuration.text("backstop.c")).contains("file");
    assertThat(configuration.text("backstop.d")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"backstop.jdbc-url", "backstop_jdbc_url", "BACKSTOP_JDBC_URL"})
  void environment_isFoundByTheSpellingsOfMicroProfile(String variable) {
    JvmSource source = new JvmSource(new Properties(), Map.of(variable, "jdbc:h2:mem:x"));
    assertThat(source.value("backstop.jdbc-url")).isEqualTo("jdbc:h2:mem:x");
  }

  @Test
  void setting_winsOverTheSpec_whichWinsOverTheSettingOfAllCaches() {
    Configuration configuration =
        of(
            "backstop.ttl", "PT1H",
            "backstop.max-stale", "P3D",
            "backstop.jitter", "PT1S",
            "backstop.cache.feeds.ttl", "PT2M",
            "backstop.cache.other.max-stale", "P9D");
    CacheSpec<String, String> spec =
        configuration.on(
            FEEDS.policy(Policy.ttl(Duration.ofMinutes(1)).maxStale(Duration.ofDays(1))));
    assertThat(spec.policy().ttl()).isEqualTo(Duration.ofMinutes(2));
    assertThat(spec.policy().maxStale()).isEqualTo(Duration.ofDays(1));
    assertThat(spec.policy().jitter()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void everyKindOfValue_isConverted() {
    CacheSpec<String, String> spec =
        of(
                "backstop.cache.feeds.heap-entries", " 7 ",
                "backstop.cache.feeds.disk-bytes", "8000000000",
                "backstop.cache.feeds.durability", "async",
                "backstop.cache.feeds.refresh-ahead", "0.75",
                "backstop.cache.feeds.backup-reads", "WHILE_FRESH",
                "backstop.cache.feeds.without-writing", "disk, backups")
            .on(FEEDS);
    assertThat(spec.heapEntries()).isEqualTo(7);
    assertThat(spec.diskBytes()).isEqualTo(8_000_000_000L);
    assertThat(spec.durability()).isEqualTo(Durability.ASYNC);
    assertThat(spec.policy().refreshAhead()).isEqualTo(0.75);
    assertThat(spec.policy().backupReads()).isEqualTo(BackupReads.WHILE_FRESH);
    assertThat(spec.policy().unwritten()).containsExactlyInAnyOrder("disk", "backups");
  }

  @Test
  void aServerThatIsNone_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("backstop.ehcache-cluster", "my server").on(Backstop.builder()))
        .withMessage("backstop.ehcache-cluster must be a URI, was \"my server\"");
    of("backstop.ehcache-cluster", "terracotta://host:9410/shop").on(Backstop.builder());
  }

  @Test
  void aSwitch_isOnUnlessItIsSetOff() {
    String name = Configuration.TRANSACTIONS;
    assertThat(of().isOn(name)).isTrue();
    assertThat(of(name, "true").isOn(name)).isTrue();
    assertThat(of(name, "false").isOn(name)).isFalse();
    assertThat(of(name, "false").doubts(List.of())).isEmpty();
  }

  @Test
  void emptyText_setsNothing() {
    Configuration configuration = of("backstop.cache.feeds.ttl", "", "backstop.username", " ");
    assertThat(configuration.on(FEEDS).policy().ttl()).isNull();
    assertThat(configuration.text("backstop.username")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pool-size      | many   | backstop.pool-size must be a whole number, was "many"
          pool-size      | 1.5    | backstop.pool-size must be a whole number, was "1.5"
          pool-size      | 1      | backstop.pool-size: poolSize must be at least 2, was 1
          cull-every     | 5 min  | backstop.cull-every must be a duration as ISO 8601 has them (PT5M, PT0.5S, P1D), was "5 min"
          cull-every     | 300    | backstop.cull-every must be a duration as ISO 8601 has them (PT5M, PT0.5S, P1D), was "300"
          migrate        | maybe  | backstop.migrate must be true or false, was "maybe"
          durability     | LATER  | backstop.durability must be one of [SYNC, ASYNC], was "LATER"
          namespace      | a b    | backstop.namespace: namespace must be 0 to 32 of A-Z a-z 0-9 _ . -, was a b
          """)
  void valueThatCannotBe_isRefusedByNameAndValue(String name, String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("backstop." + name, text).on(Backstop.builder()))
        .withMessage(message);
  }

  @Test
  void refusalOfOneCache_namesIt() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of("backstop.cache.feeds.stand-in-for", "2").on(FEEDS))
        .withMessage(
            "backstop.cache.feeds.stand-in-for: standInFor must be above 0 and at most 1, was 2.0");
  }

  @Test
  void unknownNames_areDoubted_withTheNearest() {
    Map<String, String> environment =
        Map.of(
            "BACKSTOP_JDBC_ULR", "x",
            "BACKSTOP_POOL_SIZE", "3",
            "BACKSTOP_CACHE_FEEDS_TTL", "PT1M",
            "PATH", "x");
    Configuration configuration =
        new Configuration(
            new JvmSource(
                properties(
                    "backstop.jdbc-urll", "x",
                    "backstop.cache.feeds.tll", "x",
                    "backstop.cache.feedz.ttl", "x",
                    "backstop.cache.something-else.ttl", "x",
                    "backstop.cache.feeds.ttl", "PT1M",
                    "backstop.data-source", "java:x",
                    "backstop.cache.feeds.codec", "json",
                    "backstopper", "x"),
                environment));
    assertThat(configuration.doubts(List.of("feeds")))
        .containsExactly(
            "BACKSTOP_JDBC_ULR is no setting of Backstop's; the nearest is BACKSTOP_JDBC_URL",
            "backstop.cache.feeds.tll is no setting of Backstop's; the nearest is"
                + " backstop.cache.feeds.ttl",
            "backstop.cache.feedz.ttl is for a cache that nobody injects; there is one feeds",
            "backstop.jdbc-urll is no setting of Backstop's; the nearest is backstop.jdbc-url");
  }

  @Test
  void microProfileConfig_isAskedWhereItIs_andTheFileAfterIt() {
    System.setProperty("backstop.pool-size", "17");
    try {
      Configuration configuration = Configuration.of(getClass().getClassLoader());
      assertThat(MicroProfileSource.find(getClass().getClassLoader())).isNotNull();
      assertThat(configuration.text("backstop.pool-size")).contains("17");
      assertThat(configuration.text("of-the-file")).contains("Ünicode");
    } finally {
      System.clearProperty("backstop.pool-size");
    }
  }

  @Test
  void variables_areNotDoubted_whereMicroProfileSpellsThemOtherwise() {
    Map<String, String> environment =
        Map.of("BACKSTOP_JDBC_URL", "jdbc:h2:mem:x", "BACKSTOP_POOL_SIEZ", "3");
    SmallRyeConfig config =
        new SmallRyeConfigBuilder().withSources(new EnvConfigSource(environment, 300)).build();
    assertThat(config.getPropertyNames()).contains("backstop.jdbc.url");
    Configuration configuration = new Configuration(new MicroProfileSource(config, environment));
    assertThat(configuration.text("backstop.jdbc-url")).contains("jdbc:h2:mem:x");
    assertThat(configuration.doubts(List.of()))
        .containsExactly(
            "BACKSTOP_POOL_SIEZ is no setting of Backstop's; the nearest is BACKSTOP_POOL_SIZE");
  }
}
