package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackstopBuilder;
import dev.backstop.CacheSpec;
import dev.backstop.Loader;
import dev.backstop.codec.JavaCodec;
import dev.backstop.testing.FakeClock;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows that a release wrote are read by this version, after it migrated them. What this version
 * writes is left in {@code target/upgrade}: a release copies it to {@code test/resources/upgrade},
 * adds itself below, and puts the checksums of its migrations into {@code migrations.sha256}.
 */
class UpgradeTest extends Fixture {
  private static final Path MIGRATIONS = Path.of("../db-migrations");

  record Feed(String title, Instant at, List<String> tags) {}

  record Report(String text) implements Serializable {}

  private static final Feed FEED =
      new Feed("Planète \"J\"", FakeClock.START, List.of("java", "it's"));

  @Override
  BackstopBuilder builder() {
    return super.builder().backupTimeout(Duration.ofSeconds(10)).failFast(true);
  }

  private static BackedCache<String, Feed> feeds(Backstop backstop, String name) {
    return backstop.cache(CacheSpec.of(name, String.class, Feed.class).ttl(TTL));
  }

  private static BackedCache<Integer, Report> reports(Backstop backstop) {
    return backstop.cache(
        CacheSpec.of("reports", Integer.class, Report.class)
            .ttl(TTL)
            .codec(JavaCodec.allowing(Report.class)));
  }

  static <V> Loader<V, IOException> failing() {
    return () -> {
      throw new IOException("The source is down");
    };
  }

  private void writeOneOfEach() throws Exception {
    try (Backstop backstop = open()) {
      BackedCache<String, Feed> feeds = feeds(backstop, "feeds");
      feeds.get("loaded", () -> FEED);
      feeds.put("it's \"ä\" 𝄞", FEED);
      feeds.put("expired", FEED);
      feeds.expire("expired");
      feeds.expire("expired before it was loaded");
      feeds.put("removed", FEED);
      feeds.remove("removed");
      BackedCache<String, Feed> cleared = feeds(backstop, "cleared");
      cleared.put("before", FEED);
      cleared.clear();
      cleared.put("after", FEED);
      BackedCache<String, Feed> stale = feeds(backstop, "stale");
      stale.put("k", FEED);
      stale.expireCreatedBefore(clock.instant());
      reports(backstop).put(7, new Report("text"));
      backstop.cullNow(); // and so a heartbeat
    }
  }

  private void assertThatAllIsReadBack() throws Exception {
    clock.advance(MOMENT);
    try (Backstop backstop = open()) {
      BackedCache<String, Feed> feeds = feeds(backstop, "feeds");
      assertThat(feeds.contains("loaded")).isTrue();
      assertThat(feeds.stamp("loaded").orElseThrow())
          .isBetween(FakeClock.START, FakeClock.START.plus(MOMENT));
      assertThat(feeds.contains("expired")).isFalse();
      BackedCache<String, Feed> stale = feeds(backstop, "stale");
      assertThat(stale.contains("k")).isFalse();
      pastTtl();
      assertThat(feeds.get("loaded", failing())).isEqualTo(FEED);
      assertThat(feeds.get("it's \"ä\" 𝄞", failing())).isEqualTo(FEED);
      assertThat(feeds.get("expired", failing())).isEqualTo(FEED);
      assertThat(stale.get("k", failing())).isEqualTo(FEED);
      assertThat(reports(backstop).get(7, failing())).isEqualTo(new Report("text"));
      BackedCache<String, Feed> cleared = feeds(backstop, "cleared");
      assertThat(cleared.get("after", failing())).isEqualTo(FEED);
      assertThatThrownBy(() -> cleared.get("before", failing())).isInstanceOf(IOException.class);
      for (String key : List.of("removed", "expired before it was loaded")) {
        assertThatThrownBy(() -> feeds.get(key, failing())).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void whatThisVersionWrites_isReadBack() throws Exception {
    writeOneOfEach();
    List<String> dump = TableDump.of(shared().dataSource(), SchemaTest.isPostgres());
    Path file = Path.of("target/upgrade", folder() + ".sql");
    Files.createDirectories(file.getParent());
    Files.writeString(file, String.join("\n", dump) + "\n");
    shared().clean();
    migrateTo("latest");
    run(dump.toArray(String[]::new));
    assertThatAllIsReadBack();
  }

  /** Each release, with its newest migration. */
  @ParameterizedTest
  @ValueSource(strings = {"0.1.0 with 1"})
  void whatAReleaseWrote_isReadBack(String release) throws Exception {
    migrateTo(release.substring(release.lastIndexOf(' ') + 1));
    String resource =
        "/upgrade/" + folder() + "/" + release.substring(0, release.indexOf(' ')) + ".sql";
    try (InputStream file = UpgradeTest.class.getResourceAsStream(resource)) {
      run(new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n"));
    }
    assertThatAllIsReadBack();
  }

  @Test
  void aReleasedMigrationIsNeverEdited() throws Exception {
    Map<String, String> released = new TreeMap<>();
    try (InputStream file = UpgradeTest.class.getResourceAsStream("/upgrade/migrations.sha256")) {
      new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .forEach(line -> released.put(line.split(" ")[1], line.split(" ")[0]));
    }
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(MIGRATIONS)) {
      for (Path file :
          files.filter(path -> path.getFileName().toString().matches("V.*\\.sql")).toList()) {
        String name = MIGRATIONS.relativize(file).toString().replace('\\', '/');
        found.put(name, "unreleased".equals(released.get(name)) ? "unreleased" : sha256(file));
      }
    }
    assertThat(found).isEqualTo(released);
  }

  private static String sha256(Path file) throws Exception {
    byte[] text = Files.readString(file).replace("\r", "").getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
  }

  private static String folder() throws SQLException {
    return SchemaTest.isPostgres() ? "postgresql" : "h2";
  }

  private static void migrateTo(String version) throws SQLException {
    Flyway.configure()
        .dataSource(shared().dataSource())
        .table("backstop_schema_history")
        .locations("classpath:db/backstop/" + folder())
        .target(version)
        .load()
        .migrate();
  }
}
