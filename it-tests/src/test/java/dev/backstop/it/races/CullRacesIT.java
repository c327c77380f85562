package dev.backstop.it.races;

import static dev.backstop.it.races.HeldCull.IDLE_DELETED;
import static dev.backstop.it.races.HeldCull.WINDOW_OF_CLEARED;
import static dev.backstop.it.races.HeldCull.WINDOW_OF_IDLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackstopBuilder;
import dev.backstop.CacheSpec;
import dev.backstop.CullReport;
import dev.backstop.it.PostgresDatabase;
import dev.backstop.testing.CountingDataSource;
import dev.backstop.testing.FakeClock;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Sql;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cull that is held between two of its statements, or within one, while others use the rows. */
@Tag("reliability")
class CullRacesIT {
  private static final Duration IDLE = Duration.ofHours(12);

  private final FakeClock clock = new FakeClock();
  private PostgresDatabase database;
  private CountingDataSource culling;
  private Backstop culler;
  private HeldCull held;
  private Backstop there;
  private BackedCache<String, String> here;
  private BackedCache<String, String> cache;

  /** The row k is past its ttl, and nobody asked for it. */
  @BeforeEach
  void putWhatIsIdle() {
    database = PostgresDatabase.create();
    culling = new CountingDataSource(database.dataSource());
    culler = open(Backstop.builder().dataSource(culling));
    there = open(Backstop.builder().dataSource(database.dataSource()));
    held = new HeldCull(database, culling, culler);
    here = culler.cache(CacheSpec.of("feeds", String.class, String.class));
    cache = there.cache(CacheSpec.of("feeds", String.class, String.class));
    cache.put("k", "v1");
    clock.advance(IDLE.plus(Duration.ofHours(1)));
  }

  @AfterEach
  void close() {
    culler.close();
    there.close();
    database.close();
  }

  private Backstop open(BackstopBuilder builder) {
    return builder.clock(clock).cullIdleAfter(IDLE).backupTimeout(Duration.ofSeconds(20)).build();
  }

  @Test
  void whatIsRewrittenBeforeTheDelete_survives() throws Exception {
    assertThat(held.after(WINDOW_OF_IDLE, () -> cache.put("k", "v2")).rows()).isZero();
    assertThat(row()).isEqualTo("\"v2\"");
  }

  @Test
  void whatIsRewrittenDuringTheDelete_isThereAfterIt() throws Exception {
    assertThat(held.inDelete(() -> cache.put("k", "v2"))).isEqualTo(new CullReport(1, 0, 0, 0));
    assertThat(row()).isEqualTo("\"v2\"");
  }

  @Test
  void whatIsLoadedAgainBeforeTheDelete_survives() throws Exception {
    assertThat(held.after(WINDOW_OF_IDLE, () -> cache.get("k", () -> "v2")).rows()).isZero();
    assertThat(row()).isEqualTo("\"v2\"");
  }

  @Test
  void whatStandsInBeforeTheDelete_survives() throws Exception {
    CullReport report =
        held.after(
            WINDOW_OF_IDLE, () -> assertThat(here.get("k", CullRacesIT::fail)).isEqualTo("v1"));
    assertThat(report.rows()).isZero();
    assertThat(row()).isEqualTo("\"v1\"");
  }

  @Test
  void whatStandsInOnANodeThatCullsNext_survivesBoth() throws Exception {
    CullReport report =
        held.after(
            WINDOW_OF_IDLE,
            () -> {
              assertThat(cache.get("k", CullRacesIT::fail)).isEqualTo("v1");
              assertThat(there.cullNow().rows()).isZero();
            });
    assertThat(report.rows()).isZero();
    assertThat(row()).isEqualTo("\"v1\"");
  }

  /** The row is gone; who had read it goes on with its copy. */
  @Test
  void whatIsReadBeforeTheDelete_standsInAfterIt() throws Exception {
    Gate read = new Gate();
    culling.holdNextAnswer("last_access", read);
    Started<String> get = Threads.start(() -> here.get("k", CullRacesIT::fail));
    read.awaitEntered();
    assertThat(there.cullNow()).isEqualTo(new CullReport(1, 0, 0, 0));
    read.open();
    assertThat(get.join()).isEqualTo("v1");
    clock.advance(Duration.ofHours(1));
    assertThat(here.get("k", CullRacesIT::fail)).isEqualTo("v1");
  }

  /** Who counted before the other deleted, and looked for the oldest after it, named all. */
  @ParameterizedTest
  @ValueSource(strings = {HeldCull.COUNTED, HeldCull.SAMPLED})
  void twoCullsOfOneLimit_deleteTheExcessOnce(String answer) throws Exception {
    CacheSpec<String, String> spec =
        CacheSpec.of("limited", String.class, String.class).maxBackups(10);
    culler.cache(spec);
    BackedCache<String, String> limited = there.cache(spec);
    for (int i = 0; i < 20; i++) {
      limited.put("k" + i, "v");
    }
    CullReport report =
        held.after(answer, () -> assertThat(there.cullNow().excess()).isEqualTo(10));
    assertThat(report.excess()).isZero();
    assertThat(
            Sql.ask(
                database.dataSource(),
                "select count(*) from backstop_backup where cache_name = 'limited'"))
        .isEqualTo("10");
  }

  @Test
  void whatIsRemovedBeforeTheDelete_isNotLoadedByAnOlderLoad() throws Exception {
    here.get(
        "k",
        () -> {
          assertThat(held.after(WINDOW_OF_IDLE, () -> cache.remove("k")).rows()).isZero();
          assertThat(culler.cullNow().rows()).isZero(); // the tombstone stays
          return "older";
        });
    assertThat(here.peek("k")).isEmpty();
    assertThat(row()).isNull();
  }

  @Test
  void whatIsRemovedDuringTheDelete_isNotLoadedByAnOlderLoad() throws Exception {
    here.get(
        "k",
        () -> {
          assertThat(held.inDelete(() -> cache.remove("k")).idle()).isEqualTo(1);
          assertThat(culler.cullNow().rows()).isZero(); // the tombstone stays
          return "older";
        });
    assertThat(here.peek("k")).isEmpty();
    assertThat(row()).isNull();
  }

  @Test
  void whatIsExpiredBeforeTheDelete_isStaleWhenAnOlderLoadLands() throws Exception {
    here.get(
        "k",
        () -> {
          held.after(WINDOW_OF_IDLE, () -> cache.expire("k"));
          return "older";
        });
    assertThat(here.peek("k")).isEmpty();
  }

  @Test
  void whatIsPutAfterAClear_survivesTheCullOfWhatWasCleared() throws Exception {
    cache.put("other", "v1");
    cache.clear();
    CullReport report = held.after(WINDOW_OF_CLEARED, () -> cache.put("k", "v2"));
    assertThat(report.cleared()).isEqualTo(1);
    assertThat(row()).isEqualTo("\"v2\"");
  }

  @Test
  void whatIsClearedBeforeTheDelete_isNotLoadedByAnOlderLoad() throws Exception {
    here.get(
        "k",
        () -> {
          held.after(WINDOW_OF_IDLE, cache::clear);
          return "older";
        });
    assertThat(here.peek("k")).isEmpty();
    assertThat(row()).isNull();
  }

  @Test
  void aTombstoneThatIsRenewedBeforeTheDelete_survives() throws Exception {
    cache.remove("k");
    clock.advance(Duration.ofHours(2));
    here.get(
        "k",
        () -> {
          // Idle comes first, and finds its window at the same rows.
          CullReport report = held.after(IDLE_DELETED, () -> cache.remove("k"));
          assertThat(report.tombstones()).isZero();
          return "older";
        });
    assertThat(here.peek("k")).isEmpty();
    assertThat(row()).isNull();
  }

  @Test
  void anAccessOfARowThatSomeoneHolds_holdsUpNoCull() throws Exception {
    cache.put("idle", "v1", Duration.ofMillis(1));
    cache.put("asked", "v1", Duration.ofMillis(1));
    clock.advance(IDLE.plus(Duration.ofHours(1)));
    here.get("k", CullRacesIT::fail);
    here.get("asked", CullRacesIT::fail);
    try (Connection holder = database.dataSource().getConnection();
        Statement hold = holder.createStatement()) {
      holder.setAutoCommit(false);
      hold.execute("select 1 from backstop_backup where cache_key = 'k' for update");
      assertThat(Threads.start(culler::cullNow).join()).isEqualTo(new CullReport(1, 0, 0, 0));
      holder.rollback();
    }
    assertThat(culler.cullNow().rows()).isZero(); // the note was kept
    assertThat(row()).isEqualTo("\"v1\"");
    assertThat(Sql.ask(database.dataSource(), "select count(*) from backstop_backup"))
        .isEqualTo("2");
  }

  @Test
  void anOlderNoteThatIsWrittenLater_hidesNoAccess() throws Exception {
    here.get("k", CullRacesIT::fail);
    clock.advance(Duration.ofHours(1));
    cache.get("k", CullRacesIT::fail);
    there.cullNow();
    String lastAccess = lastAccess();
    culler.cullNow();
    assertThat(lastAccess()).isEqualTo(lastAccess);
  }

  private @Nullable String lastAccess() throws SQLException {
    return Sql.ask(
        database.dataSource(), "select last_access from backstop_backup where cache_key = 'k'");
  }

  private static String fail() throws IOException {
    throw new IOException("The source is away");
  }

  private @Nullable String row() throws SQLException {
    return Sql.ask(
        database.dataSource(),
        "select convert_from(blob, 'UTF8') from backstop_backup where cache_key = 'k'");
  }
}
