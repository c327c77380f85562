package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupUnavailableException;
import dev.backstop.CacheSpec;
import dev.backstop.CullReport;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Outcome;
import dev.backstop.testing.Threads;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is culled, and what is not. */
class CullTest extends Fixture {
  private static final Duration IDLE = Duration.ofHours(12);

  /** Some windows, of which none ends at a round number. */
  private static final int MANY = 16_500;

  private final Source source = new Source("v1");

  @Test
  void aBackupPastItsTtl_thatNobodyAskedForInTheIdleTime_isCulled() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    cache.get("k", source);
    clock.advance(IDLE.minus(MOMENT));
    assertThat(backstop.cullNow().rows()).isZero();
    clock.advance(MOMENT.multipliedBy(2));
    assertThat(backstop.cullPreview()).isEqualTo(new CullReport(1, 0, 0, 0));
    assertThat(count()).isEqualTo(1);
    assertThat(backstop.cullNow()).isEqualTo(new CullReport(1, 0, 0, 0));
    assertThat(count()).isZero();
    assertThat(backstop.cullNow().rows()).isZero();
  }

  @Test
  void aBackupWithinItsTtl_isNeverCulledByIdleness() {
    Backstop backstop = open();
    cache(backstop).put("k", "v", IDLE.multipliedBy(10));
    clock.advance(IDLE.multipliedBy(9));
    assertThat(backstop.cullNow().rows()).isZero();
  }

  @Test
  void aBackupThatIsAskedFor_isNotCulled() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    cache.get("asked", source);
    cache.get("forgotten", source);
    source.fail();
    for (int minute = 0; minute < 24 * 60; minute += 4) { // a longer gap would be downtime
      clock.advance(Duration.ofMinutes(4));
      cache.get("asked", source); // the backup stands in
      backstop.cullNow();
    }
    assertThat(ask("select cache_key from backstop_backup")).isEqualTo("asked");
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void aHit_isAnAccessToo() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    cache.put("k", "v", IDLE.multipliedBy(2));
    clock.advance(IDLE.multipliedBy(2).minus(MOMENT));
    cache.get("k", source);
    clock.advance(IDLE.minus(MOMENT));
    assertThat(backstop.cullNow().rows()).isZero();
    clock.advance(MOMENT.multipliedBy(3));
    assertThat(backstop.cullNow().rows()).isEqualTo(1);
  }

  @Test
  void aMillionHits_areWrittenAtMostOncePer24thOfTheIdleTime() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    cache.put("k", "v", IDLE.multipliedBy(2));
    database.forgetStatements();
    for (int i = 0; i < 1_000; i++) {
      for (int j = 0; j < 1_000; j++) {
        cache.get("k", source);
      }
      clock.advance(IDLE.dividedBy(1_000));
      if (i % 10 == 0) {
        backstop.cullNow(); // writes the notes
      }
    }
    assertThat(database.statements().stream().filter(sql -> sql.contains("set last_access")))
        .hasSizeBetween(20, 25);
  }

  @Test
  void anExpiryOfWhatWasCleared_winsOverALoad_alsoIfItsRowWouldBeCulled() throws Exception {
    cache().clear();
    assertThatAnExpiryDuringALoadOutlivesACull();
  }

  @Test
  void anExpiryOfWhatWasRemovedLongAgo_winsOverALoad_alsoIfItsRowWouldBeCulled() throws Exception {
    cache().remove("k");
    clock.advance(Duration.ofHours(2));
    assertThatAnExpiryDuringALoadOutlivesACull();
  }

  @Test
  void anExpiryOfWhatIsIdle_winsOverALoad_alsoIfItsRowWouldBeCulled() throws Exception {
    cache().put("k", "v0");
    clock.advance(IDLE.multipliedBy(2));
    assertThatAnExpiryDuringALoadOutlivesACull();
  }

  @Test
  void anExpiryOfWhatIsTooMany_winsOverALoad_alsoIfItsRowWouldBeCulled() throws Exception {
    Backstop there = open();
    BackedCache<String, String> limited =
        there.cache(CacheSpec.of("feeds", String.class, String.class).maxBackups(1));
    limited.put("k", "v0");
    limited.put("other", "v0");
    BackedCache<String, String> here = cache(open());
    here.get(
        "k",
        () -> {
          limited.expire("k");
          assertThat(there.cullNow().rows()).isZero();
          return "v1";
        });
    assertThat(here.peek("k")).isEmpty();
  }

  private void assertThatAnExpiryDuringALoadOutlivesACull() throws Exception {
    Backstop there = open();
    BackedCache<String, String> here = cache();
    here.get(
        "k",
        () -> {
          cache(there).expire("k");
          there.cullNow();
          return "v1";
        });
    assertThat(here.peek("k")).isEmpty();
    source.fail();
    assertThat(here.get("k", source)).isEqualTo("v1"); // it may stand in
  }

  @Test
  void tombstonesAndExpiries_areCulledOnceNoLoadCanBeThatOld() {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    cache.remove("removed");
    cache.expire("expired");
    clock.advance(Duration.ofHours(1).minus(MOMENT));
    assertThat(backstop.cullNow().rows()).isZero();
    clock.advance(MOMENT.multipliedBy(2));
    assertThat(backstop.cullPreview()).isEqualTo(new CullReport(0, 2, 0, 0));
    assertThat(backstop.cullNow()).isEqualTo(new CullReport(0, 2, 0, 0));
  }

  @Test
  void whatWasCleared_isCulledAtOnceAndWhatCameSinceStays() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    cache.get("old", source);
    cache.get("other", source);
    cache.clear();
    cache.get("new", source);
    assertThat(backstop.cullPreview()).isEqualTo(new CullReport(0, 0, 2, 0));
    assertThat(backstop.cullNow()).isEqualTo(new CullReport(0, 0, 2, 0));
    assertThat(ask("select cache_key from backstop_backup")).isEqualTo("new");
  }

  @ParameterizedTest
  @ValueSource(strings = {"expires_at", "created_at + interval '1' second * n"})
  void moreThanOneWindow_isCulledWhole_pastTheRowsThatStay(String expiry) throws Exception {
    Backstop backstop = open();
    cache(backstop).put("template", "v");
    multiplyTheRow(MANY, "created_at + interval '4' hour * mod(n, 3)", expiry, "mod(n, 3)");
    clock.advance(IDLE.plus(Duration.ofHours(2)));
    assertThat(backstop.cullPreview()).isEqualTo(new CullReport(MANY / 3, 0, 0, 0));
    assertThat(backstop.cullNow()).isEqualTo(new CullReport(MANY / 3, 0, 0, 0));
    assertThat(count("format = 0")).isZero();
    assertThat(count()).isEqualTo(MANY * 2 / 3);
  }

  @Test
  void moreThanOneWindowOfTombstones_isCulledWhole() throws Exception {
    Backstop backstop = open();
    cache(backstop).put("template", "v");
    multiplyTheRow(MANY, "created_at", "created_at + interval '1' second * n", "mod(n, 3)");
    run("update backstop_backup set blob = null where format = 1");
    clock.advance(Duration.ofHours(6));
    assertThat(backstop.cullPreview()).isEqualTo(new CullReport(0, MANY / 3, 0, 0));
    assertThat(backstop.cullNow()).isEqualTo(new CullReport(0, MANY / 3, 0, 0));
    assertThat(count("blob is not null")).isEqualTo(MANY * 2 / 3);
  }

  @Test
  void moreThanOneWindowOfAClearedCache_isCulledWhole_andWhatCameSinceStays() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    cache.put("template", "v");
    multiplyTheRow(MANY, "created_at", "expires_at", "mod(n, 3)");
    for (String first : List.of("", "a", "b", "c", "d", "e", "f", "g", "h")) {
      cache.put(first, "v"); // with so many, some windows end before a key that begins like it
    }
    cache.clear();
    run("update backstop_backup set created_at = created_at + interval '1' hour where format = 2");
    assertThat(backstop.cullPreview()).isEqualTo(new CullReport(0, 0, MANY * 2 / 3 + 9, 0));
    assertThat(backstop.cullNow()).isEqualTo(new CullReport(0, 0, MANY * 2 / 3 + 9, 0));
    assertThat(count("format = 2")).isEqualTo(MANY / 3);
    assertThat(backstop.cullNow().rows()).isZero();
  }

  @Test
  void downtimeDoesNotCount() throws Exception {
    cache().get("k", source);
    afterRestart(); // beats when it closes
    clock.advance(Duration.ofHours(60)); // a weekend, switched off
    Backstop monday = restarted();
    assertThat(monday.cullNow().rows()).isZero();
    clock.advance(Duration.ofMinutes(4)); // a restart in between, no gap to speak of
    monday = restarted();
    for (int minutes = 0; minutes < 12 * 60 - 10; minutes += 4) {
      clock.advance(Duration.ofMinutes(4));
      assertThat(monday.cullNow().rows()).isZero();
    }
    clock.advance(Duration.ofMinutes(4));
    monday.cullNow();
    clock.advance(Duration.ofMinutes(4));
    monday.cullNow();
    clock.advance(Duration.ofMinutes(4));
    monday.cullNow();
    assertThat(count()).isZero();
  }

  private Backstop restarted() throws Exception {
    closeAll();
    return open();
  }

  @Test
  void otherNamespaces_areLeftAlone() {
    Backstop shop = open(builder -> builder.namespace("shop"));
    Backstop blog = open(builder -> builder.namespace("blog"));
    Backstop none = open();
    cache(shop).put("k", "v");
    cache(blog).put("k", "v");
    cache(none).put("k", "v");
    clock.advance(IDLE.plus(TTL));
    assertThat(shop.cullNow().rows()).isEqualTo(1);
    assertThat(none.cullNow().rows()).isEqualTo(1);
    assertThat(count()).isEqualTo(1);
    assertThat(blog.cullNow().rows()).isEqualTo(1);
  }

  @Test
  void twoNodesAtOnce_deleteEachRowOnce() throws Exception {
    Backstop one = open();
    Backstop other = open();
    for (int i = 0; i < 50; i++) {
      cache(one).put("k" + i, "v");
    }
    clock.advance(IDLE.plus(TTL));
    one.cullPreview(); // makes the heartbeat
    long rows = 0;
    for (Outcome<CullReport> outcome :
        Threads.<CullReport>together(List.of(one::cullNow, other::cullNow))) {
      rows += outcome.value().rows();
    }
    assertThat(rows).isEqualTo(50);
  }

  @Test
  void aNode_leavesTheCullToTheOneWhoseTurnItIs() throws Exception {
    Backstop one = open(builder -> builder.cullAfterGets(1).tombstoneFor(MOMENT));
    cache(one).get("k", source);
    one.cullPreview(); // comes after the cull, on its thread
    Backstop other = open(builder -> builder.cullAfterGets(1).tombstoneFor(MOMENT));
    cache(other).remove("removed");
    clock.advance(MOMENT.multipliedBy(2));
    cache(other).get("k", source);
    assertThat(other.cullPreview()).isEqualTo(new CullReport(0, 1, 0, 0)); // no cull was before
    clock.advance(Duration.ofMinutes(5)); // half of cullEvery
    cache(other).get("k", source);
    assertThat(other.cullPreview().rows()).isZero();
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void accessesThatCouldNotBeWritten_areWrittenNextTime() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    for (int i = 0; i < 45; i++) {
      cache.put("k" + i, "v", IDLE);
    }
    clock.advance(Duration.ofHours(1));
    for (int i = 0; i < 45; i++) {
      cache.get("k" + i, source);
    }
    database.failNext(1, "set last_access", new SQLException("Refused by the test"));
    assertThatThrownBy(backstop::cullNow).isInstanceOf(BackupUnavailableException.class);
    assertThat(count("last_access > created_at")).isZero();
    backstop.cullNow();
    assertThat(count("last_access > created_at")).isEqualTo(45);
  }

  @Test
  void cullAfterGets_cullsAfterThatManyGets() throws Exception {
    Backstop backstop = open(builder -> builder.cullAfterGets(10));
    BackedCache<String, String> cache = cache(backstop);
    cache.get("k", source);
    clock.advance(IDLE.plus(TTL));
    BackedCache<String, String> busy =
        backstop.cache(CacheSpec.of("busy", String.class, String.class));
    for (int i = 0; i < 9; i++) {
      busy.get("k", source);
    }
    Eventually.holds(() -> count("cache_name = 'feeds'") == 0, "the tenth get culls");
  }

  @Test
  void cullEvery_cullsAlsoWhileNobodyCalls() {
    Backstop backstop =
        open(
            builder ->
                builder.cullEvery(Duration.ofMillis(20)).cullIdleAfter(Duration.ofMinutes(1)));
    cache(backstop).put("k", "v", MOMENT);
    clock.advance(Duration.ofMinutes(2)); // a longer gap between two heartbeats would be downtime
    Eventually.holds(
        () -> {
          clock.advance(Duration.ofMillis(20)); // turns are claimed by this clock
          return count() == 0;
        },
        "it is culled");
  }

  @Test
  void theDatabaseIsDown_saysSo() {
    Backstop backstop = open();
    database.refuse();
    assertThatThrownBy(backstop::cullNow).isInstanceOf(BackupUnavailableException.class);
    assertThatThrownBy(backstop::cullPreview).isInstanceOf(BackupUnavailableException.class);
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
