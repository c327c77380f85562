package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.CullReport;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;

/** What goes beyond the limits of a cache, least recently accessed first. */
class LimitTest extends Fixture {
  /** More than one window, and more than one sample. */
  private static final int MANY = 24_000;

  private final Source source = new Source("v");

  private static CacheSpec<String, String> spec() {
    return CacheSpec.of("feeds", String.class, String.class).ttl(Duration.ofDays(1));
  }

  @Test
  void maxBackups_leavesSoMany_whoeverWasAskedForLast() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = backstop.cache(spec().maxBackups(4));
    put(cache, 10, "v");
    clock.advance(Duration.ofHours(1));
    cache.get("k1", source); // a hit
    assertThat(backstop.cullPreview()).isEqualTo(new CullReport(0, 0, 0, 6));
    assertThat(count()).isEqualTo(10);
    assertThat(backstop.cullNow()).isEqualTo(new CullReport(0, 0, 0, 6));
    assertThat(keys()).isEqualTo("k1,k7,k8,k9");
    assertThat(backstop.cullNow().rows()).isZero();
  }

  @Test
  void maxBackupBytes_leavesNoMoreBytes_andDeletesNoRowMore() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = backstop.cache(spec().maxBackupBytes(100));
    cache.put("a", "x".repeat(38)); // and two quotes
    cache.put("b", "x".repeat(8));
    cache.put("c", "x".repeat(58));
    cache.put("d", "x".repeat(38));
    assertThat(backstop.cullPreview()).isEqualTo(new CullReport(0, 0, 0, 2));
    assertThat(backstop.cullNow()).isEqualTo(new CullReport(0, 0, 0, 2));
    assertThat(keys()).isEqualTo("c,d");
    assertThat(ask("select sum(blob_bytes) from backstop_backup")).isEqualTo("100");
    assertThat(backstop.cullNow().rows()).isZero();
  }

  @Test
  void bothLimits_hold() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> small = backstop.cache(spec().maxBackups(5).maxBackupBytes(1_000));
    put(small, 9, "v");
    assertThat(backstop.cullPreview().excess()).isEqualTo(4);
    assertThat(backstop.cullNow().excess()).isEqualTo(4);
    put(small, 3, "x".repeat(500));
    assertThat(backstop.cullPreview().excess()).isEqualTo(7);
    assertThat(backstop.cullNow().excess()).isEqualTo(7);
    assertThat(keys()).isEqualTo("k2");
  }

  @Test
  void aLimitBelowOneBackup_leavesNone() throws Exception {
    Backstop backstop = open();
    put(backstop.cache(spec().maxBackupBytes(1)), 3, "v");
    assertThat(backstop.cullNow().excess()).isEqualTo(3);
    assertThat(count()).isZero();
  }

  @Test
  void tombstonesDoNotCount() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = backstop.cache(spec().maxBackups(2));
    cache.remove("gone");
    cache.remove("gone too");
    put(cache, 2, "v");
    assertThat(backstop.cullPreview().rows()).isZero();
    assertThat(backstop.cullNow().rows()).isZero();
    assertThat(count()).isEqualTo(4);
  }

  @Test
  void whatIsCulledAnyway_doesNotCount() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = backstop.cache(spec().maxBackups(2));
    cache.put("cleared", "v");
    cache.clear();
    cache.put("idle", "v", Duration.ofMinutes(1));
    clock.advance(Duration.ofHours(13));
    put(cache, 3, "v");
    backstop.cullPreview(); // beats: half a day without would be downtime
    clock.advance(Duration.ofHours(13));
    backstop.cullPreview();
    put(cache, 3, "w");
    assertThat(backstop.cullPreview().excess()).isEqualTo(1);
    assertThat(backstop.cullNow().excess()).isEqualTo(1);
    assertThat(keys()).endsWith("k1,k2");
  }

  @Test
  void otherCachesAndNamespaces_areNotLimited() throws Exception {
    Backstop backstop = open();
    put(backstop.cache(spec().maxBackups(1)), 3, "v");
    put(backstop.cache(CacheSpec.of("other", String.class, String.class)), 3, "v");
    Backstop shop = open(builder -> builder.namespace("shop"));
    put(shop.cache(spec()), 3, "v");
    assertThat(shop.cullNow().rows()).isZero();
    assertThat(backstop.cullNow().rows()).isEqualTo(2);
    assertThat(count()).isEqualTo(7);
  }

  @Test
  void accessedAtOneMoment_goNoMoreThanHaveTo() throws Exception {
    Backstop backstop = open();
    put(backstop.cache(spec().maxBackups(6)), 10, "v");
    run("update backstop_backup set last_access = created_at - interval '1' day");
    run(
        "update backstop_backup set last_access = last_access - interval '1' hour"
            + " where cache_key = 'k9'");
    assertThat(backstop.cullNow().excess()).isEqualTo(4);
    assertThat(keys()).doesNotContain("k9");
  }

  @Test
  void whatIsAskedForMeanwhile_stays() throws Exception {
    Backstop backstop = open();
    put(backstop.cache(spec().maxBackups(2)), 5, "v");
    Gate gate = new Gate();
    database.holdNextAnswer("random()", gate); // it knows what has to go
    Started<CullReport> cull = Threads.start(backstop::cullNow);
    gate.awaitEntered();
    run(
        "update backstop_backup set last_access = last_access + interval '1' hour"
            + " where cache_key = 'k0'");
    gate.open();
    assertThat(cull.join().excess()).isEqualTo(2);
    assertThat(keys()).isEqualTo("k0,k3,k4");
    assertThat(backstop.cullNow().excess()).isEqualTo(1);
    assertThat(keys()).isEqualTo("k0,k4");
  }

  @Test
  void ofALargeCache_goAsManyAsHaveTo_amongTheLeastRecentlyAccessed() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = backstop.cache(spec().maxBackups(MANY * 3 / 4));
    putMany(cache);
    assertThat(backstop.cullPreview().excess()).isEqualTo(MANY / 4);
    assertThat(backstop.cullNow().excess()).isEqualTo(MANY / 4);
    checkThatTheseWent(MANY / 4);
  }

  @Test
  void ofALargeCache_goAsManyBytesAsHaveTo() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = backstop.cache(spec().maxBackupBytes(MANY * 75L));
    putMany(cache); // 100 bytes each, on the average
    assertThat(backstop.cullPreview().excess()).isBetween(MANY * 22L / 100, MANY * 28L / 100);
    checkThatTheseWent(backstop.cullNow().excess());
    assertThat(Long.parseLong(ask("select sum(blob_bytes) from backstop_backup")))
        .isBetween(MANY * 75L - 149, MANY * 75L);
  }

  /** Of rows whose format says in which order they were accessed, which is not that of the keys. */
  private static void putMany(BackedCache<String, String> cache) throws SQLException {
    cache.put("template", "v");
    String rank = "mod(n * 7919, " + MANY + ")";
    multiplyTheRow(MANY, "created_at + interval '1' second * " + rank, "expires_at", rank);
  }

  /** All that are gone are among the least recently accessed 30 %. */
  private static void checkThatTheseWent(long rows) {
    assertThat(count()).isEqualTo(MANY - rows);
    assertThat(count("format < " + MANY * 3 / 10)).isEqualTo(MANY * 3 / 10 - rows);
  }

  @Test
  void aNodeThatKnowsTheCache_limitsIt_thoughAnotherHadTheTurn() throws Exception {
    Backstop other = open(builder -> builder.cullAfterGets(1));
    BackedCache<String, String> unlimited = other.cache(spec());
    put(unlimited, 5, "v");
    unlimited.get("k0", source);
    other.cullPreview(); // comes after the cull, on its thread
    assertThat(turn(":")).isNotNull();
    assertThat(count()).isEqualTo(5);
    Backstop backstop = open(builder -> builder.cullAfterGets(1));
    backstop.cache(spec().maxBackups(2));
    backstop.cache(CacheSpec.of("busy", String.class, String.class)).get("k", source);
    Eventually.holds(() -> count("cache_name = 'feeds'") == 2, "the limit holds");
  }

  @Test
  void aNode_leavesTheLimitToTheOneWhoseTurnItIs() throws Exception {
    Backstop one = open(builder -> builder.cullAfterGets(1));
    one.cache(spec().maxBackups(2)).get("k0", source);
    one.cullPreview(); // as above
    OffsetDateTime begun = turn("feeds");
    assertThat(begun).isNotNull();
    Backstop other = open(builder -> builder.cullAfterGets(1));
    BackedCache<String, String> cache = other.cache(spec().maxBackups(2));
    put(cache, 5, "v");
    cache.get("k0", source);
    assertThat(other.cullPreview().excess()).isEqualTo(3); // after the cull that was none
    assertThat(turn("feeds")).isEqualTo(begun);
    clock.advance(Duration.ofMinutes(5).plus(MOMENT)); // half of cullEvery
    cache.get("k0", source);
    assertThat(other.cullPreview().excess()).isZero();
    assertThat(count()).isEqualTo(2);
  }

  private static OffsetDateTime turn(String row) throws SQLException {
    try (var connection = shared().dataSource().getConnection();
        var statement =
            connection.prepareStatement(
                "select culled_at from backstop_cache where cache_name = ?")) {
      statement.setString(1, row);
      try (var found = statement.executeQuery()) {
        return found.next() ? found.getObject(1, OffsetDateTime.class) : null;
      }
    }
  }

  private static void put(BackedCache<String, String> cache, int backups, String value) {
    for (int i = 0; i < backups; i++) {
      cache.put("k" + i, value);
    }
  }

  private static String keys() throws SQLException {
    return ask("select string_agg(cache_key, ',' order by cache_key) from backstop_backup");
  }

  private static long count() {
    return count("true");
  }

  private static long count(String where) {
    try {
      return Long.parseLong(ask("select count(*) from backstop_backup where " + where));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
