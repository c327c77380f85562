package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupReads;
import dev.backstop.CacheSpec;
import dev.backstop.Entry;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link BackupReads#WHILE_FRESH}: a miss asks the backup before the source. */
class WhileFreshTest extends Fixture {
  private static final int CALLERS = 16;
  private static final int KEYS = 10_000;
  private static final Policy WHILE_FRESH = Policy.unset().backupReads(BackupReads.WHILE_FRESH);

  private final Source source = new Source("v1");
  private final Gate gate = new Gate();

  /** What ends the freshness of a backup, on another node. */
  private enum End {
    EXPIRE {
      @Override
      void happen(WhileFreshTest test, BackedCache<String, String> cache) {
        cache.expire("k");
      }
    },
    EXPIRE_ALL {
      @Override
      void happen(WhileFreshTest test, BackedCache<String, String> cache) {
        cache.expireCreatedBefore(test.clock.instant());
      }
    },
    REMOVE {
      @Override
      void happen(WhileFreshTest test, BackedCache<String, String> cache) {
        cache.remove("k");
      }
    },
    CLEAR {
      @Override
      void happen(WhileFreshTest test, BackedCache<String, String> cache) {
        cache.clear();
      }
    },
    TTL {
      @Override
      void happen(WhileFreshTest test, BackedCache<String, String> cache) {
        test.pastTtl();
      }
    },
    ANOTHER_CODEC {
      @Override
      void happen(WhileFreshTest test, BackedCache<String, String> cache) throws Exception {
        run("update backstop_backup set codec = 'another'");
      }
    };

    abstract void happen(WhileFreshTest test, BackedCache<String, String> cache) throws Exception;
  }

  @ParameterizedTest
  @EnumSource
  void aBackupThatIsNotFresh_isNotServed(End end) throws Exception {
    BackedCache<String, String> there = cache();
    there.get("k", source);
    BackedCache<String, String> here = cache();
    end.happen(this, there);
    source.answer("v2");
    Entry<String> entry = here.entry("k", source, WHILE_FRESH);
    assertThat(entry.value()).isEqualTo("v2");
    assertThat(entry.origin()).isEqualTo(Origin.SOURCE);
  }

  @Test
  void aBackupOlderThanMaxStale_isNotServed() throws Exception {
    cache().get("k", source);
    BackedCache<String, String> cache = afterRestart();
    clock.advance(MOMENT.multipliedBy(2));
    source.answer("v2");
    assertThat(cache.get("k", source, WHILE_FRESH.maxStale(MOMENT))).isEqualTo("v2");
  }

  @Test
  void afterARestart_tenThousandFreshBackupsCostTheSourceNothing() throws Exception {
    cache().put("template", "v1");
    multiplyTheRow(KEYS, "last_access", "expires_at", "format");
    BackedCache<String, String> cache = afterRestart();
    for (int i = 1; i <= KEYS; i++) {
      assertThat(cache.get("k" + i, source, WHILE_FRESH)).isEqualTo("v1");
    }
    assertThat(source.calls()).isZero();
  }

  @Test
  void twoBackstopsOnOneTable_shareTheirLoads() throws Exception {
    BackedCache<String, String> here = cache(open());
    BackedCache<String, String> there = cache(open());
    here.get("k", source, WHILE_FRESH);
    assertThat(there.entry("k", source, WHILE_FRESH).origin()).isEqualTo(Origin.BACKUP);
    pastTtl();
    source.answer("v2");
    there.get("k", source, WHILE_FRESH);
    Entry<String> entry = here.entry("k", source, WHILE_FRESH); // an older copy is in hand
    assertThat(entry.value()).isEqualTo("v2");
    assertThat(entry.origin()).isEqualTo(Origin.BACKUP);
    assertThat(here.entry("k", source, WHILE_FRESH).origin()).isEqualTo(Origin.FAST);
    assertThat(source.calls()).isEqualTo(2);
  }

  @Test
  void callersOfOneKey_shareOneRead() throws Exception {
    cache().get("k", source);
    BackedCache<String, String> cache = afterRestart();
    database.forgetStatements();
    database.holdNextAnswer("backstop_backup", gate);
    List<Started<Entry<String>>> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(Threads.start(() -> cache.entry("k", source, WHILE_FRESH)));
    }
    gate.awaitEntered();
    callers.stream()
        .map(Started::thread)
        .filter(thread -> thread.getState() != Thread.State.TERMINATED)
        .forEach(Threads::awaitWaiting);
    gate.open();
    for (Started<Entry<String>> caller : callers) {
      assertThat(caller.join().origin()).isEqualTo(Origin.BACKUP);
    }
    assertThat(database.statements()).hasSize(1);
    assertThat(source.calls()).isEqualTo(1);
  }

  @Test
  void theFirstCallerDecides_whetherTheBackupIsAsked() throws Exception {
    cache().get("k", source);
    BackedCache<String, String> cache = afterRestart();
    database.holdNextAnswer("backstop_backup", gate);
    Started<Entry<String>> first = Threads.start(() -> cache.entry("k", source, WHILE_FRESH));
    gate.awaitEntered();
    Started<Entry<String>> second = Threads.start(() -> cache.entry("k", source, Policy.unset()));
    Threads.awaitWaiting(second.thread());
    gate.open();
    assertThat(first.join().origin()).isEqualTo(Origin.BACKUP);
    assertThat(second.join().origin()).isEqualTo(Origin.BACKUP);
  }

  @Test
  void aRemovalDuringTheRead_winsOverIt() throws Exception {
    cache().get("k", source);
    BackedCache<String, String> cache = afterRestart();
    database.holdNextAnswer("backstop_backup", gate);
    Started<Entry<String>> get = Threads.start(() -> cache.entry("k", source, WHILE_FRESH));
    gate.awaitEntered();
    cache.remove("k");
    gate.open();
    assertThat(get.join().value()).isEqualTo("v1"); // it asked before
    assertThat(cache.peek("k")).isEmpty();
    source.answer("v2");
    assertThat(cache.get("k", source, WHILE_FRESH)).isEqualTo("v2");
  }

  @Test
  void aStandInWhoseTimeIsOver_givesWayToItsFreshBackup() throws Exception {
    cache().get("k", source);
    BackedCache<String, String> cache = afterRestart();
    source.fail();
    Entry<String> standIn = cache.entry("k", source, Policy.unset().standInAtMost(MOMENT));
    assertThat(standIn.origin()).isEqualTo(Origin.STAND_IN);
    clock.set(standIn.expiresAt());
    assertThat(cache.entry("k", source, WHILE_FRESH).origin()).isEqualTo(Origin.BACKUP);
    Entry<String> hit = cache.entry("k", source, WHILE_FRESH);
    assertThat(hit.origin()).isEqualTo(Origin.FAST);
    assertThat(hit.failure()).isNull();
    assertThat(source.calls()).isEqualTo(2);
  }

  @Test
  void whatIsQueued_isAskedFirst() throws Exception {
    BackedCache<String, String> cache =
        open().cache(CacheSpec.of("feeds", String.class, String.class).ttl(TTL).heapEntries(1));
    database.refuse();
    cache.get("k", source); // queued
    for (int i = 0; i < 50; i++) {
      cache.get("other" + i, source); // pushes it out of the fast tier
    }
    assertThat(cache.entry("k", source, WHILE_FRESH).origin()).isEqualTo(Origin.BACKUP);
    assertThat(source.calls()).isEqualTo(51);
  }

  @Test
  void whatIsQueued_isNotFresh_ifThisNodeExpiredIt() throws Exception {
    BackedCache<String, String> cache = cache();
    Instant then = clock.instant();
    cache.expireCreatedBefore(clock.instant());
    database.refuse();
    cache.getWith(
        "k",
        context -> {
          context.asOf(then);
          return "v1";
        },
        WHILE_FRESH);
    assertThat(cache.peek("k")).isEmpty();
    source.answer("v2");
    assertThat(cache.get("k", source, WHILE_FRESH)).isEqualTo("v2");
  }

  @Test
  void whereTheDatabaseIsOut_theSourceIsAskedAtOnce() throws Exception {
    cache().get("k", source);
    BackedCache<String, String> cache = afterRestart();
    database.refuse();
    cache.get("other", source, WHILE_FRESH);
    Eventually.holds(() -> database.openConnections() == 0, "the pool gave up its connections");
    database.forgetStatements();
    source.answer("v2");
    assertThat(cache.entry("k", source, WHILE_FRESH).origin()).isEqualTo(Origin.SOURCE);
    assertThat(database.statements()).isEmpty();
  }

  @Test
  void aLoadThatNeedsAnotherThread_readsThere() throws Exception {
    cache().get("k", source);
    closeAll();
    AtomicInteger before = new AtomicInteger(-1);
    BackedCache<String, String> cache =
        cache(
            open(
                builder ->
                    builder.executor(
                        task -> {
                          before.set(database.statements().size());
                          task.run();
                        })));
    database.forgetStatements();
    Policy timed = WHILE_FRESH.hardTimeout(Duration.ofSeconds(30));
    assertThat(cache.entry("k", source, timed).origin()).isEqualTo(Origin.BACKUP);
    assertThat(before).hasValue(0);
    assertThat(database.statements()).hasSize(1);
  }

  @Test
  void aRefreshAhead_asksTheSource() throws Exception {
    BackedCache<String, String> cache = cache(open(builder -> builder.executor(Runnable::run)));
    Policy policy = WHILE_FRESH.refreshAhead(0.5);
    cache.get("k", source, policy);
    clock.advance(TTL.multipliedBy(2).dividedBy(3));
    source.answer("v2");
    cache.get("k", source, policy);
    assertThat(cache.get("k", source, policy)).isEqualTo("v2");
    assertThat(source.calls()).isEqualTo(2);
  }

  @Test
  void anAnswerOfABackup_isAnAccess() throws Exception {
    Policy days = Policy.ttl(Duration.ofDays(2));
    cache().get("k", source, days);
    closeAll();
    clock.advance(Duration.ofDays(1));
    Backstop backstop = open();
    cache(backstop).get("k", source, WHILE_FRESH);
    backstop.cullNow(); // writes the notes
    assertThat(ask("select count(*) from backstop_backup where last_access > created_at"))
        .isEqualTo("1");
  }

  @Test
  void aFreshBackup_isAskedAboutBeforeItIsServed() throws Exception {
    cache(WHILE_FRESH).get("k", source);
    source.answer("v2");
    AtomicBoolean changed = new AtomicBoolean();
    Policy asking = WHILE_FRESH.changedSince(stamp -> changed.get());
    assertThat(cache(asking).get("k", source)).isEqualTo("v1");
    changed.set(true);
    assertThat(cache(asking).get("k", source)).isEqualTo("v2");
  }

  /** Its row has the same stamp, and is no better. */
  @Test
  void theBackupOfACopyThatChanged_isNotServedEither() throws Exception {
    AtomicBoolean changed = new AtomicBoolean();
    BackedCache<String, String> cache = cache(WHILE_FRESH.changedSince(stamp -> changed.get()));
    cache.get("k", source);
    changed.set(true);
    source.answer("v2");
    assertThat(cache.get("k", source)).isEqualTo("v2");
    source.fail();
    assertThat(cache.get("k", source)).isEqualTo("v2"); // it may stand in
  }

  @Test
  void onFailure_isTheDefault() throws Exception {
    cache().get("k", source);
    BackedCache<String, String> cache = afterRestart();
    assertThat(cache.entry("k", source, Policy.unset()).origin()).isEqualTo(Origin.SOURCE);
  }
}
