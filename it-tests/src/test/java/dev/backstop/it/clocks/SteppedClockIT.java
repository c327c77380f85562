package dev.backstop.it.clocks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupReads;
import dev.backstop.CacheSpec;
import dev.backstop.Changes;
import dev.backstop.Policy;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A database whose clock steps back, or forward, under nodes that go on. */
@Tag("reliability")
class SteppedClockIT {
  private static final Duration BACK = Duration.ofSeconds(-30);
  private static final Duration FORWARD = Duration.ofHours(1);

  private final Deque<Backstop> nodes = new ArrayDeque<>();
  private SteppingDatabase database;

  @BeforeEach
  void createDatabase() throws SQLException {
    database = new SteppingDatabase();
  }

  @AfterEach
  void close() {
    nodes.forEach(Backstop::close);
    database.close();
  }

  private BackedCache<String, String> node() {
    Backstop node =
        Backstop.builder()
            .jdbcUrl(database.database().jdbcUrl())
            .username(database.database().username())
            .password(database.database().password())
            .poolSize(2)
            .backupTimeout(Duration.ofSeconds(10))
            .cullIdleAfter(Duration.ofMinutes(30))
            .build();
    nodes.push(node);
    return node.cache(
        CacheSpec.of("feeds", String.class, String.class)
            .policy(Policy.ttl(Duration.ofDays(1)).backupReads(BackupReads.WHILE_FRESH)));
  }

  /** As if another node had written it that does not yet know that the clock was set back. */
  private void moveToTheFuture() throws SQLException {
    database.run(
        "update backstop_backup set created_at = created_at + interval '1 h',"
            + " expires_at = expires_at + interval '1 h'",
        "update backstop_cache set cleared_before = cleared_before + interval '1 h'"
            + " where cleared_before is not null");
  }

  private String row(String column) {
    return database.ask("select " + column + " from backstop_backup where cache_key = 'k'");
  }

  private static String value() {
    return "convert_from(blob, 'UTF8')";
  }

  private static String unexpected() {
    throw new AssertionError("The source must not be asked");
  }

  private static String down() throws java.io.IOException {
    throw new java.io.IOException("The source is down");
  }

  @Test
  void aChange_winsOverARowFromTheFuture() throws Exception {
    BackedCache<String, String> node = node();
    node.put("k", "old");
    moveToTheFuture();
    node.put("k", "new");
    assertThat(row(value())).isEqualTo("\"new\"");
    assertThat(row("created_at <= clock_timestamp()")).isEqualTo("t");
    moveToTheFuture();
    node.remove("k");
    assertThat(row("blob is null")).isEqualTo("t");
    moveToTheFuture();
    assertThat(node.add("k", "added", Duration.ofDays(1))).isTrue();
    assertThat(row(value())).isEqualTo("\"added\"");
  }

  @Test
  void aPut_winsOverAClearFromTheFuture() throws Exception {
    BackedCache<String, String> node = node();
    node.clear();
    moveToTheFuture();
    node.put("k", "put");
    assertThat(row(value())).isEqualTo("\"put\"");
  }

  @Test
  void aLoad_doesNotWinOverARemovalFromTheFuture() throws Exception {
    BackedCache<String, String> node = node();
    node.remove("k");
    moveToTheFuture();
    assertThat(node.get("k", () -> "loaded")).isEqualTo("loaded");
    assertThat(row("blob is null")).isEqualTo("t");
  }

  @Test
  void aBackupFromTheFuture_isNotFreshAndStandsIn() throws Exception {
    node().put("k", "old");
    moveToTheFuture();
    assertThat(node().get("k", () -> "new")).isEqualTo("new");
    assertThat(node().peek("k")).isEmpty();
    assertThat(node().get("k", SteppedClockIT::down)).isEqualTo("old");
  }

  @Test
  void afterAStepBack_whatWasStampedBeforeIsEnded() throws Exception {
    BackedCache<String, String> node = node();
    node.put("k", "before");
    nodes.peek().cache(CacheSpec.of("cleared", String.class, String.class)).clear();
    database.step(BACK, 1);
    database.awaitNoFuture();
    assertThat(node().get("k", SteppedClockIT::down)).isEqualTo("before");
    node.remove("k");
    assertThat(row("blob is null")).isEqualTo("t");
    assertThat(node.get("k", () -> "after")).isEqualTo("after");
    assertThat(node().get("k", SteppedClockIT::unexpected)).isEqualTo("after");
    BackedCache<String, String> cleared =
        nodes.peek().cache(CacheSpec.of("cleared", String.class, String.class));
    cleared.put("put", "v");
    assertThat(
            nodes.peekLast().cache(CacheSpec.of("cleared", String.class, String.class)).peek("put"))
        .isPresent();
  }

  /** By the stamps of before, the edit would lie before what was loaded. */
  @Test
  void afterAStepBack_noEditIsMissed() throws Exception {
    database.run(
        "create table source (value text, edited timestamptz)",
        "create function edited() returns trigger language plpgsql as"
            + " $$begin new.edited = clock_timestamp(); return new; end$$",
        "create trigger edited before insert or update on source"
            + " for each row execute function edited()",
        "insert into source values ('first')");
    Policy policy =
        Policy.ttl(Duration.ofDays(1))
            .backupReads(BackupReads.WHILE_FRESH)
            .changedSince(
                Changes.sql(
                        database.database().dataSource(),
                        "select 1 from source where edited >= :stamp",
                        Map.of())
                    .overlap(Duration.ZERO));
    BackedCache<String, String> node = node();
    assertThat(node.get("k", this::source, policy)).isEqualTo("first");
    database.step(BACK, 1);
    database.awaitNoFuture();
    database.run("update source set value = 'second'");
    assertThat(node().get("k", this::source, policy)).isEqualTo("second");
    database.run("update source set value = 'third'");
    database.step(Duration.ofMinutes(1), 2);
    assertThat(node().get("k", this::source, policy)).isEqualTo("third");
    assertThat(node.get("k", this::source, policy)).isEqualTo("third");
  }

  private String source() {
    return database.ask("select value from source");
  }

  @Test
  void afterAStepForward_aRemovalStillWinsOverALoadThatBeganBefore() throws Exception {
    BackedCache<String, String> loading = node();
    BackedCache<String, String> removing = node();
    nodes.peek().cullNow(); // somebody is there
    Gate gate = new Gate();
    Started<String> load =
        Threads.start(
            () ->
                loading.get(
                    "k",
                    () -> {
                      gate.enter();
                      return "old";
                    }));
    gate.awaitEntered();
    removing.remove("k");
    database.step(FORWARD.plusMinutes(1), 2);
    assertThat(nodes.peek().cullNow().tombstones()).isZero();
    gate.open();
    assertThat(load.join()).isEqualTo("old");
    assertThat(row("blob is null")).isEqualTo("t");
    assertThat(loading.peek("k")).isEmpty();
  }

  @Test
  void afterAStepForward_whatIsInUseIsNotCulled() throws Exception {
    BackedCache<String, String> node = node();
    node.put("k", "v", Duration.ofSeconds(1));
    nodes.peek().cullNow();
    database.step(FORWARD, 1);
    assertThat(nodes.peek().cullNow().rows()).isZero();
    assertThat(node.get("k", SteppedClockIT::down)).isEqualTo("v");
  }
}
