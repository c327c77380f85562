package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.backstop.BackedCache;
import dev.backstop.BackupReads;
import dev.backstop.BackupUnavailableException;
import dev.backstop.Entry;
import dev.backstop.LoadTimeoutException;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What {@code get(key, loader, policy)} does: the table, a test per row. */
class GetTableTest extends Fixture {
  private static final Policy POLICY = Policy.ttl(TTL);
  private static final Duration SHORT = Duration.ofMillis(50);

  private final Source source = new Source("v1");

  @Test
  void row1_freshFastCopy_isServedWithoutLoader() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    clock.advance(TTL.minus(MOMENT));
    Entry<String> entry = cache.entry("k", source, POLICY);
    assertThat(entry.value()).isEqualTo("v1");
    assertThat(entry.origin()).isEqualTo(Origin.FAST);
    assertThat(source.calls()).isEqualTo(1);
  }

  @Test
  void row2_loaderReturns_isCachedForTtlAndBackedUpWithTheLoadsStamp() throws Exception {
    BackedCache<String, String> cache = cache();
    Instant before = clock.instant();
    Entry<String> entry =
        cache.entry(
            "k",
            () -> {
              clock.advance(Duration.ofSeconds(30)); // the load takes its time
              return "v1";
            },
            POLICY);
    assertThat(entry.value()).isEqualTo("v1");
    assertThat(entry.origin()).isEqualTo(Origin.SOURCE);
    assertThat(entry.failure()).isNull();
    assertThat(entry.createdAt()).isBetween(before, before.plusMillis(1));
    assertThat(entry.expiresAt()).isEqualTo(entry.createdAt().plus(TTL));
    assertThat(ask("select count(*) from backstop_backup where created_at = ?", utc(entry)))
        .isEqualTo("1");
    clock.set(entry.expiresAt().minusMillis(1));
    cache.get("k", source);
    assertThat(source.calls()).isZero();
    clock.set(entry.expiresAt());
    cache.get("k", source);
    assertThat(source.calls()).isEqualTo(1);
  }

  @Test
  void row3_loaderFailsAndBackupIsUsable_standsInForHalfTheTtlKeepingItsStamp() throws Exception {
    Entry<String> loaded = cache().entry("k", source, POLICY);
    BackedCache<String, String> cache = afterRestart();
    pastTtl();
    IOException failure = source.fail();
    Instant failedAt = clock.instant();
    Entry<String> standIn = cache.entry("k", source, POLICY);
    assertThat(standIn.value()).isEqualTo("v1");
    assertThat(standIn.origin()).isEqualTo(Origin.STAND_IN);
    assertThat(standIn.createdAt()).isEqualTo(loaded.createdAt());
    assertThat(standIn.expiresAt())
        .isBetween(failedAt.plus(STAND_IN_TIME), failedAt.plus(STAND_IN_TIME).plusMillis(1));
    assertThat(standIn.failure().type()).isEqualTo(IOException.class.getName());
    assertThat(standIn.failure().message()).isEqualTo(failure.getMessage());
    assertThat(standIn.failure().at()).isBetween(failedAt, failedAt.plusMillis(1));
  }

  @Test
  void row4_loaderFailsWithoutBackup_itsOwnExceptionIsThrown() {
    BackedCache<String, String> cache = cache();
    IOException failure = source.fail();
    assertThat(catchThrowable(() -> cache.get("k", source))).isSameAs(failure);
    assertThat(failure.getSuppressed()).isEmpty();
  }

  @Test
  void row4_loaderFailsAndBackupIsTooOld_itsOwnExceptionIsThrown() throws Exception {
    cache().get("k", source);
    BackedCache<String, String> cache = afterRestart();
    IOException failure = source.fail();
    Policy strict = POLICY.maxStale(TTL.multipliedBy(2));
    clock.advance(TTL.multipliedBy(2).plus(MOMENT));
    assertThat(catchThrowable(() -> cache.get("k", source, strict))).isSameAs(failure);
    assertThat(cache.get("k", source)).isEqualTo("v1"); // no maxStale: it may be of any age
  }

  @Test
  void row4_loaderFailsAndBackupIsUndecodable_theTroubleIsSuppressed() throws Exception {
    cache().get("k", source);
    BackedCache<String, String> cache = afterRestart();
    run("update backstop_backup set codec = 'another'");
    pastTtl();
    IOException failure = source.fail();
    assertThat(catchThrowable(() -> cache.get("k", source))).isSameAs(failure);
    assertThat(failure.getSuppressed())
        .singleElement()
        .satisfies(
            trouble ->
                assertThat(trouble)
                    .hasRootCauseMessage("It was written by codec another, and json is set"));
  }

  @Test
  void row5_loaderFailsAndDatabaseIsDown_itsOwnExceptionIsThrown() throws Exception {
    cache().get("k", source);
    BackedCache<String, String> cache = afterRestart();
    pastTtl();
    database.refuse();
    IOException failure = source.fail();
    assertThat(catchThrowable(() -> cache.get("k", source))).isSameAs(failure);
    assertThat(failure.getSuppressed()).hasSize(1);
    IOException next = source.fail();
    assertThat(catchThrowable(() -> cache.get("k", source))).isSameAs(next);
    assertThat(next.getSuppressed()).singleElement().isInstanceOf(BackupUnavailableException.class);
  }

  @Test
  void row6_loaderReturnsAndDatabaseIsDown_theWriteIsMadeUpFor() throws Exception {
    BackedCache<String, String> cache = cache();
    database.refuse();
    assertThat(cache.get("k", source)).isEqualTo("v1");
    assertThat(cache.entry("k", source, POLICY).origin()).isEqualTo(Origin.FAST);
    database.restore();
    Eventually.holds(() -> rows() == 1, "the write is retried");
    BackedCache<String, String> restarted = afterRestart();
    pastTtl();
    source.fail();
    assertThat(restarted.get("k", source)).isEqualTo("v1");
  }

  @Test
  void row6_databaseIsDown_aNewerWriteReplacesTheQueuedOne() throws Exception {
    BackedCache<String, String> cache = cache();
    database.refuse();
    cache.get("k", source);
    pastTtl();
    source.answer("v2");
    cache.get("k", source);
    database.restore();
    Eventually.holds(() -> rows() == 1, "the write is retried");
    assertThat(ask("select blob_bytes from backstop_backup")).isEqualTo("4");
    BackedCache<String, String> restarted = afterRestart();
    pastTtl();
    source.fail();
    assertThat(restarted.get("k", source)).isEqualTo("v2");
  }

  @Test
  void row7_slowerThanSoftTimeout_theBackupAnswersAndTheLoadGoesOn() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    pastTtl();
    Gate gate = new Gate();
    Entry<String> entry =
        cache.entry(
            "k",
            () -> {
              gate.enter();
              return "v2";
            },
            POLICY.softTimeout(SHORT));
    assertThat(entry.value()).isEqualTo("v1");
    assertThat(entry.origin()).isEqualTo(Origin.STAND_IN);
    assertThat(entry.failure().type()).isEqualTo(LoadTimeoutException.class.getName());
    gate.open();
    Eventually.holds(() -> cache.contains("k"), "the load is stored when done");
    assertThat(cache.entry("k", source, POLICY).value()).isEqualTo("v2");
    assertThat(source.calls()).isEqualTo(1);
  }

  @Test
  void row7_slowerThanSoftTimeoutWithoutBackup_waitsOn() throws Exception {
    BackedCache<String, String> cache = cache();
    Gate gate = new Gate();
    long began = System.nanoTime();
    Started<String> leader =
        Threads.start(
            () ->
                cache.get(
                    "k",
                    () -> {
                      gate.enter();
                      return "slow";
                    }));
    gate.awaitEntered();
    Eventually.holds(() -> System.nanoTime() - began > 20_000_000, "it is slow");
    Policy soft = POLICY.softTimeout(Duration.ofMillis(1));
    Started<String> waiter = Threads.start(() -> cache.get("k", source, soft));
    Threads.awaitWaiting(waiter.thread());
    gate.open();
    assertThat(waiter.join()).isEqualTo("slow");
    assertThat(leader.join()).isEqualTo("slow");
  }

  @Test
  void row8_slowerThanHardTimeoutWithoutBackup_timesOutAndTheLateResultIsStored() throws Exception {
    BackedCache<String, String> cache = cache();
    AtomicInteger asked = new AtomicInteger();
    Gate gate = new Gate();
    Throwable failure =
        catchThrowable(
            () ->
                cache.get(
                    "k",
                    () -> {
                      asked.incrementAndGet();
                      gate.enter();
                      return "late";
                    },
                    POLICY.hardTimeout(SHORT)));
    assertThat(failure)
        .isInstanceOf(LoadTimeoutException.class)
        .hasMessageContaining("k")
        .hasMessageContaining("feeds")
        .hasMessageContaining(SHORT.toString());
    gate.open();
    Eventually.holds(() -> cache.contains("k"), "the late result is stored");
    assertThat(cache.get("k", source)).isEqualTo("late");
    assertThat(asked).hasValue(1);
  }

  @Test
  void row8_lateResult_losesAgainstAHigherStamp() throws Exception {
    BackedCache<String, String> cache = cache();
    Gate gate = new Gate();
    Gate done = new Gate();
    assertThatThrownBy(
            () ->
                cache.get(
                    "k",
                    () -> {
                      gate.enter();
                      done.open();
                      return "late";
                    },
                    POLICY.hardTimeout(SHORT)))
        .isInstanceOf(LoadTimeoutException.class);
    cache.put("k", "newer");
    gate.open();
    done.enter();
    assertThat(cache.get("k", source)).isEqualTo("newer");
    assertThat(afterRestart().peek("k"))
        .hasValueSatisfying(entry -> assertThat(entry.value()).isEqualTo("newer"));
  }

  @Test
  void row8a_slowerThanHardTimeoutWithBackup_standsInWithTheTimeoutAsFailure() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    pastTtl();
    Gate gate = new Gate();
    Entry<String> entry =
        cache.entry(
            "k",
            () -> {
              gate.enter();
              return "v2";
            },
            POLICY.hardTimeout(SHORT));
    assertThat(entry.value()).isEqualTo("v1");
    assertThat(entry.origin()).isEqualTo(Origin.STAND_IN);
    assertThat(entry.failure().type()).isEqualTo(LoadTimeoutException.class.getName());
    // As row 3: it is held for the stand-in time, and the source is left alone.
    assertThat(cache.entry("k", source, POLICY).origin()).isEqualTo(Origin.STAND_IN);
    assertThat(source.calls()).isEqualTo(1);
    gate.open();
    Eventually.holds(() -> cache.contains("k"), "the late result is stored");
  }

  @Test
  void row9_loaderReturnsNull_isRecordedAsARemoval() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    pastTtl();
    source.answer(null);
    Entry<String> entry = cache.entry("k", source, POLICY);
    assertThat(entry.value()).isNull();
    assertThat(entry.origin()).isEqualTo(Origin.SOURCE);
    assertThat(cache.peek("k")).isEmpty();
    source.fail();
    assertThat(catchThrowable(() -> cache.get("k", source))).isInstanceOf(IOException.class);
    assertThat(
            ask(
                "select count(*) from backstop_backup where blob is null and created_at = ?",
                utc(entry)))
        .isEqualTo("1");
  }

  @Test
  void row9_loaderReturnsNullWithoutRow_leavesNoTombstone() throws Exception {
    source.answer(null);
    assertThat(cache().get("k", source)).isNull();
    assertThat(rows()).isZero();
  }

  @Test
  void row12_standingIn_theSourceIsLeftAloneUntilTheTimeIsOver() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    pastTtl();
    source.fail();
    Entry<String> first = cache.entry("k", source, POLICY);
    clock.set(first.expiresAt().minusMillis(1));
    Entry<String> hit = cache.entry("k", source, POLICY);
    assertThat(hit.origin()).isEqualTo(Origin.STAND_IN);
    assertThat(hit.failure()).isEqualTo(first.failure());
    assertThat(hit.createdAt()).isEqualTo(first.createdAt());
    assertThat(source.calls()).isEqualTo(2);
    clock.set(first.expiresAt());
    source.answer("v2");
    assertThat(cache.entry("k", source, POLICY).origin()).isEqualTo(Origin.SOURCE);
    assertThat(source.calls()).isEqualTo(3);
  }

  @Test
  void row12_standingIn_aCallerWithStricterMaxStaleTriesTheSource() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    pastTtl();
    source.fail();
    cache.get("k", source);
    source.answer("v2");
    assertThat(cache.get("k", source, POLICY.maxStale(TTL))).isEqualTo("v2");
  }

  @Test
  void row13_freshBackupWhileFresh_isServedForTheRemainingTtlWithoutLoader() throws Exception {
    Entry<String> loaded = cache().entry("k", source, POLICY);
    BackedCache<String, String> cache = afterRestart();
    clock.advance(TTL.dividedBy(2));
    Policy whileFresh = Policy.unset().backupReads(BackupReads.WHILE_FRESH);
    Entry<String> entry = cache.entry("k", source, whileFresh);
    assertThat(entry.value()).isEqualTo("v1");
    assertThat(entry.origin()).isEqualTo(Origin.BACKUP);
    assertThat(entry.createdAt()).isEqualTo(loaded.createdAt());
    assertThat(entry.expiresAt()).isEqualTo(loaded.expiresAt());
    assertThat(entry.failure()).isNull();
    clock.set(loaded.expiresAt().minusMillis(1));
    assertThat(cache.entry("k", source, whileFresh).origin()).isEqualTo(Origin.FAST);
    assertThat(source.calls()).isEqualTo(1);
    clock.set(loaded.expiresAt());
    assertThat(cache.entry("k", source, whileFresh).origin()).isEqualTo(Origin.SOURCE);
    assertThat(source.calls()).isEqualTo(2);
  }

  private static long rows() {
    try {
      return Long.parseLong(ask("select count(*) from backstop_backup where blob is not null"));
    } catch (java.sql.SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static java.time.OffsetDateTime utc(Entry<?> entry) {
    return entry.createdAt().atOffset(java.time.ZoneOffset.UTC);
  }
}
