package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.backstop.BackedCache;
import dev.backstop.CacheSpec;
import dev.backstop.Entry;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** The rules around the table. */
class GetRulesTest extends Fixture {
  private static final Policy POLICY = Policy.ttl(TTL);

  private final Source source = new Source("v1");

  @Test
  void standInOn_byDefault_takesAllButInterruptionAndCancellation() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    pastTtl();
    for (Exception failure :
        List.of(new InterruptedException("test"), new CancellationException("test"))) {
      assertThat(catchThrowable(() -> cache.get("k", throwing(failure)))).isSameAs(failure);
    }
    assertThat(cache.get("k", throwing(new IllegalStateException("test")))).isEqualTo("v1");
  }

  @Test
  void standInOn_isNeverAskedAboutAnError() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    pastTtl();
    Error error = new StackOverflowError("test");
    assertThat(
            catchThrowable(
                () ->
                    cache.get(
                        "k",
                        () -> {
                          throw error;
                        },
                        POLICY.standInOn(
                            any -> {
                              throw new AssertionError("asked");
                            }))))
        .isSameAs(error);
  }

  @Test
  void standInOn_ofTheCall_decidesAndIsNotAskedTwiceForNothing() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    pastTtl();
    Policy onlyIo = POLICY.standInOn(failure -> failure instanceof IOException);
    IllegalStateException bug = new IllegalStateException("a bug");
    assertThat(catchThrowable(() -> cache.get("k", throwing(bug), onlyIo))).isSameAs(bug);
    assertThat(cache.get("k", throwing(new IOException("test")), onlyIo)).isEqualTo("v1");
  }

  @Test
  void standInOn_thatThrows_acceptsNothingAndIsSuppressed() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    pastTtl();
    IOException failure = new IOException("test");
    RuntimeException broken = new RuntimeException("a broken predicate");
    Policy policy =
        POLICY.standInOn(
            any -> {
              throw broken;
            });
    assertThat(catchThrowable(() -> cache.get("k", throwing(failure), policy))).isSameAs(failure);
    assertThat(failure.getSuppressed()).contains(broken);
  }

  @Test
  void standInTime_isAFractionOfTheTtl_cappedAndBoundedByMaxStale() throws Exception {
    assertThat(standInTime(POLICY)).isEqualTo(TTL.dividedBy(2));
    assertThat(standInTime(POLICY.standInFor(0.1))).isEqualTo(TTL.dividedBy(10));
    assertThat(standInTime(Policy.ttl(Duration.ofHours(2)))).isEqualTo(Duration.ofMinutes(10));
    assertThat(standInTime(POLICY.standInAtMost(MOMENT))).isEqualTo(MOMENT);
    assertThat(standInTime(POLICY.maxStale(TTL.plusSeconds(31))))
        .isEqualTo(Duration.ofSeconds(30)); // what is left of it once the ttl and a second are over
  }

  /** How long a backup stands in, whose stamp lies one ttl and one second back. */
  private Duration standInTime(Policy policy) throws Exception {
    BackedCache<String, String> cache = cache();
    cache.remove("k");
    Source other = new Source("v1");
    Entry<String> loaded = cache.entry("k", other, policy);
    clock.set(loaded.createdAt().plus(policy.ttl()).plus(MOMENT));
    other.fail();
    Entry<String> standIn = cache.entry("k", other, policy);
    assertThat(standIn.origin()).isEqualTo(Origin.STAND_IN);
    Duration time = Duration.between(standIn.failure().at(), standIn.expiresAt());
    return Duration.ofMillis(Math.round(time.toNanos() / 1e6)); // each clock reading takes 1 us
  }

  @Test
  void maxStale_whereTwoCallersShareOneFailure_eachHasItsOwn() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    clock.advance(TTL.multipliedBy(3));
    IOException failure = source.fail();
    assertThat(catchThrowable(() -> cache.get("k", source, POLICY.maxStale(TTL))))
        .isSameAs(failure);
    assertThat(cache.get("k", source, POLICY.maxStale(TTL.multipliedBy(4)))).isEqualTo("v1");
  }

  @Test
  void expire_endsAStandIn_theSourceIsTriedOnceAndANewStandInTimeBegins() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    pastTtl();
    source.fail();
    cache.get("k", source);
    cache.expire("k");
    assertThat(cache.peek("k")).isEmpty();
    int before = source.calls();
    Instant now = clock.instant();
    Entry<String> again = cache.entry("k", source, POLICY);
    assertThat(again.origin()).isEqualTo(Origin.STAND_IN);
    assertThat(again.expiresAt()).isAfterOrEqualTo(now.plus(STAND_IN_TIME));
    cache.get("k", source);
    assertThat(source.calls()).isEqualTo(before + 1);
  }

  @Test
  void expireCreatedBefore_letsTheCopyInHandStandInForItsTime() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    cache.expireCreatedBefore(clock.instant());
    source.fail();
    cache.get("k", source);
    int calls = source.calls();
    assertThat(cache.entry("k", source, POLICY).origin()).isEqualTo(Origin.STAND_IN);
    assertThat(source.calls()).isEqualTo(calls);
  }

  @Test
  void expireCreatedBefore_endsAStandInToo() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    pastTtl();
    source.fail();
    cache.get("k", source);
    cache.expireCreatedBefore(clock.instant());
    int before = source.calls();
    assertThat(cache.get("k", source)).isEqualTo("v1");
    assertThat(cache.get("k", source)).isEqualTo("v1");
    assertThat(source.calls()).isEqualTo(before + 1);
  }

  @Test
  void expire_keepsTheBackup() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    cache.expire("k");
    source.fail();
    assertThat(cache.get("k", source)).isEqualTo("v1");
    assertThat(afterRestart().get("k", source)).isEqualTo("v1");
  }

  @Test
  void jitter_shortensTheTtlAndNeverTheStandInTime() throws Exception {
    BackedCache<String, String> cache = cache();
    Policy policy = POLICY.jitter(Duration.ofMinutes(1));
    Set<Duration> ttls = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      Entry<String> entry = cache.entry("k" + i, source, policy);
      Duration ttl = Duration.between(entry.createdAt(), entry.expiresAt());
      assertThat(ttl).isBetween(TTL.minusMinutes(1), TTL);
      ttls.add(ttl);
    }
    assertThat(ttls).hasSizeGreaterThan(1);
    pastTtl();
    source.fail();
    for (int i = 0; i < 20; i++) {
      Entry<String> standIn = cache.entry("k" + i, source, policy);
      Duration time = Duration.between(standIn.failure().at(), standIn.expiresAt());
      assertThat(time).isBetween(STAND_IN_TIME.minusMillis(1), STAND_IN_TIME);
    }
  }

  @Test
  void refreshAhead_loadsOnceInTheBackgroundWhileCallersKeepTheFastCopy() throws Exception {
    BackedCache<String, String> cache = cache();
    Policy policy = POLICY.refreshAhead(0.8);
    cache.get("k", source, policy);
    clock.advance(TTL.multipliedBy(7).dividedBy(10));
    cache.get("k", source, policy);
    assertThat(source.calls()).isEqualTo(1); // not due yet
    clock.advance(TTL.multipliedBy(2).dividedBy(10));
    Gate gate = new Gate();
    for (int i = 0; i < 3; i++) {
      Entry<String> entry =
          cache.entry(
              "k",
              () -> {
                gate.enter();
                return source.load();
              },
              policy);
      assertThat(entry.origin()).isEqualTo(Origin.FAST);
      assertThat(entry.value()).isEqualTo("v1");
    }
    source.answer("v2");
    gate.open();
    Eventually.holds(() -> cache.peek("k").orElseThrow().value().equals("v2"), "it is refreshed");
    assertThat(source.calls()).isEqualTo(2);
  }

  @Test
  void refreshAhead_thatFailed_isNotTriedAgainBeforeTheStandInTimeIsOver() throws Exception {
    List<Runnable> background = new ArrayList<>();
    BackedCache<String, String> cache = cache(open(b -> b.executor(background::add)));
    Policy policy = POLICY.refreshAhead(0.1);
    cache.get("k", source, policy);
    clock.advance(TTL.dividedBy(5));
    source.fail();
    cache.get("k", source, policy);
    background.remove(0).run();
    Entry<String> kept = cache.entry("k", source, policy);
    assertThat(kept.origin()).isEqualTo(Origin.FAST); // it is still fresh
    assertThat(background).isEmpty();
    clock.advance(STAND_IN_TIME.plus(MOMENT));
    cache.get("k", source, policy);
    assertThat(background).hasSize(1);
    background.remove(0).run();
    assertThat(source.calls()).isEqualTo(3);
  }

  @Test
  void refreshAhead_thatHangs_isNotBegunAgain() throws Exception {
    List<Runnable> background = new ArrayList<>();
    BackedCache<String, String> cache = cache(open(b -> b.executor(background::add)));
    Policy policy = POLICY.refreshAhead(0.1);
    cache.get("k", source, policy);
    clock.advance(TTL.dividedBy(5));
    cache.get("k", source, policy);
    clock.advance(STAND_IN_TIME.plus(MOMENT)); // it would be due again
    cache.get("k", source, policy);
    assertThat(background).hasSize(1);
    source.answer("v2");
    background.remove(0).run();
    assertThat(cache.get("k", source, policy)).isEqualTo("v2");
  }

  @Test
  void refreshAhead_thatNoThreadTakes_countsAsFailedAndTheCallerNeverNotices() throws Exception {
    Executor saturated =
        task -> {
          throw new RejectedExecutionException("test");
        };
    BackedCache<String, String> cache = cache(open(b -> b.executor(saturated)));
    Policy policy = POLICY.refreshAhead(0.1);
    cache.get("k", source, policy);
    clock.advance(TTL.dividedBy(2));
    assertThat(cache.get("k", source, policy)).isEqualTo("v1");
    assertThat(source.calls()).isEqualTo(1);
  }

  @Test
  void executor_thatIsSaturated_leavesTheLoadToTheCaller() throws Exception {
    Executor saturated =
        task -> {
          throw new RejectedExecutionException("test");
        };
    BackedCache<String, String> cache = cache(open(b -> b.executor(saturated)));
    assertThat(cache.get("k", source, POLICY.hardTimeout(Duration.ofSeconds(30)))).isEqualTo("v1");
  }

  @Test
  void loader_runsOnTheCallersThreadUnlessATimeoutNeedsAnother() throws Exception {
    BackedCache<String, String> cache = cache();
    assertThat(cache.get("here", () -> Thread.currentThread().getName()))
        .isEqualTo(Thread.currentThread().getName());
    assertThat(
            cache.get(
                "there",
                () -> Thread.currentThread().getName(),
                POLICY.softTimeout(Duration.ofSeconds(30))))
        .startsWith("backstop-load-");
  }

  @Test
  void valueThatCannotBeEncoded_isReturnedAndCachedAndHasNoBackup() throws Exception {
    BackedCache<String, Object> cache =
        open().cache(CacheSpec.of("objects", String.class, Object.class));
    Object value = new Circular();
    assertThat(cache.get("k", () -> value)).isSameAs(value);
    assertThat(cache.get("k", () -> "another")).isSameAs(value);
    assertThat(ask("select count(*) from backstop_backup")).isEqualTo("0");
    assertThatThrownBy(() -> cache.put("k2", value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("value must be");
    assertThat(cache.peek("k2")).isEmpty();
  }

  @Test
  void newestInThisProcess_theCopyInHandStandsInWhenTheDatabaseIsDown() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    pastTtl();
    database.refuse();
    source.fail();
    Entry<String> entry = cache.entry("k", source, POLICY);
    assertThat(entry.value()).isEqualTo("v1");
    assertThat(entry.origin()).isEqualTo(Origin.STAND_IN);
  }

  @Test
  void newestInThisProcess_aQueuedWriteStandsInBeforeTheRow() throws Exception {
    BackedCache<String, String> cache =
        open().cache(CacheSpec.of("feeds", String.class, String.class).ttl(TTL).heapEntries(1));
    cache.get("k", source);
    database.refuse();
    pastTtl();
    source.answer("v2");
    cache.get("k", source); // queued
    for (int i = 0; i < 50; i++) {
      cache.get("other" + i, source); // pushes it out of the fast tier
    }
    pastTtl();
    source.fail();
    assertThat(cache.get("k", source)).isEqualTo("v2");
  }

  @Test
  void newestInThisProcess_aNewerRowOfAnotherNodeStandsInBeforeTheCopyInHand() throws Exception {
    BackedCache<String, String> here = cache();
    BackedCache<String, String> there = cache();
    here.get("k", source);
    there.put("k", "newer");
    pastTtl();
    source.fail();
    assertThat(here.get("k", source)).isEqualTo("newer");
  }

  @Test
  void newestInThisProcess_aRemovalByAnotherNodeLeavesNothingToStandIn() throws Exception {
    BackedCache<String, String> here = cache();
    BackedCache<String, String> there = cache();
    here.get("k", source);
    there.remove("k");
    pastTtl();
    IOException failure = source.fail();
    assertThat(catchThrowable(() -> here.get("k", source))).isSameAs(failure);
  }

  @Test
  void newestInThisProcess_aClearByAnotherNodeLeavesNothingToStandIn() throws Exception {
    BackedCache<String, String> here = cache();
    BackedCache<String, String> there = cache();
    here.get("k", source);
    there.clear();
    pastTtl();
    IOException failure = source.fail();
    assertThat(catchThrowable(() -> here.get("k", source))).isSameAs(failure);
  }

  @Test
  void peek_answersWithoutALoadAndFillsTheFastTier() throws Exception {
    Entry<String> loaded = cache().entry("k", source, POLICY);
    BackedCache<String, String> cache = afterRestart();
    Entry<String> peeked = cache.peek("k").orElseThrow();
    assertThat(peeked.origin()).isEqualTo(Origin.BACKUP);
    assertThat(peeked.createdAt()).isEqualTo(loaded.createdAt());
    assertThat(peeked.expiresAt()).isEqualTo(loaded.expiresAt());
    assertThat(cache.peek("k").orElseThrow().origin()).isEqualTo(Origin.FAST);
    assertThat(cache.stamp("k")).contains(loaded.createdAt());
    assertThat(cache.contains("k")).isTrue();
    clock.set(loaded.expiresAt());
    assertThat(cache.peek("k")).isEmpty(); // neither fresh nor standing in
    assertThat(cache.stamp("k")).isEmpty();
    assertThat(cache.contains("k")).isFalse();
    assertThat(cache.peek("nothing")).isEmpty();
  }

  @Test
  void peek_seesWhatStandsInAndContainsDoesNot() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source);
    pastTtl();
    source.fail();
    cache.get("k", source);
    assertThat(cache.peek("k").orElseThrow().origin()).isEqualTo(Origin.STAND_IN);
    assertThat(cache.stamp("k")).isPresent();
    assertThat(cache.contains("k")).isFalse();
  }

  @Test
  void add_storesOnlyWhereNothingIsFresh() throws Exception {
    BackedCache<String, String> here = cache();
    BackedCache<String, String> there = cache();
    assertThat(here.add("k", "mine", TTL)).isTrue();
    assertThat(there.add("k", "yours", TTL)).isFalse();
    assertThat(here.get("k", source)).isEqualTo("mine");
    pastTtl();
    assertThat(there.add("k", "yours", TTL)).isTrue();
    there.remove("k");
    assertThat(here.add("k", "again", TTL)).isTrue();
    here.expire("k");
    assertThat(there.add("k", "expired", TTL)).isTrue();
    there.clear();
    assertThat(here.add("k", "cleared", TTL)).isTrue();
    here.expireCreatedBefore(clock.instant());
    assertThat(there.add("k", "barred", TTL)).isTrue();
    assertThat(source.calls()).isZero();
  }

  @Test
  void putAsOf_losesAgainstAHigherStampAndCountsTheFutureAsNow() throws Exception {
    BackedCache<String, String> cache = cache();
    Instant past = clock.instant();
    clock.advance(MOMENT);
    cache.put("k", "now");
    cache.put("k", "then", TTL, past);
    assertThat(cache.get("k", source)).isEqualTo("now");
    cache.put("k2", "then", TTL, past);
    assertThat(cache.stamp("k2")).contains(past);
    cache.put("k3", "early", TTL, clock.instant().plus(TTL));
    assertThat(cache.stamp("k3").orElseThrow()).isBefore(clock.instant());
  }

  /** Contains itself, which no JSON can. */
  record Circular(List<Object> self) {
    Circular() {
      this(new ArrayList<>());
      self.add(this);
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }

  private static dev.backstop.Loader<String, Exception> throwing(Exception failure) {
    return () -> {
      throw failure;
    };
  }

  @Test
  void refreshAhead_keepsTheTtlOfTheCall() throws Exception {
    List<Runnable> background = new ArrayList<>();
    BackedCache<String, String> cache =
        open(b -> b.executor(background::add))
            .cache(
                CacheSpec.of("feeds", String.class, String.class).policy(POLICY.refreshAhead(0.5)));
    Duration ttl = TTL.multipliedBy(12);
    cache.get("k", source, ttl);
    clock.advance(TTL.multipliedBy(7));
    cache.get("k", source, ttl);
    background.remove(0).run();
    Entry<String> refreshed = cache.peek("k").orElseThrow();
    assertThat(refreshed.expiresAt()).isEqualTo(refreshed.createdAt().plus(ttl));
  }
}
