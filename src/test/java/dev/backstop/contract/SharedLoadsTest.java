package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackstopBuilder;
import dev.backstop.Entry;
import dev.backstop.LoadInterruptedException;
import dev.backstop.LoadTimeoutException;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Outcome;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Two nodes on one database, of which one at a time loads a key. */
class SharedLoadsTest extends SharedFixture {
  @Test
  void oneNodeLoads_theOtherWaits_andSharesIt() throws Exception {
    BackedCache<String, String> here = here(spec());
    BackedCache<String, String> there = there(spec());
    Started<Entry<String>> loads = beginHere(here);
    Started<Entry<String>> waits = waitThere(there, Policy.unset());
    gate.open();
    assertThat(loads.join().origin()).isEqualTo(Origin.SOURCE);
    assertThat(waits.join().origin()).isEqualTo(Origin.BACKUP);
    assertThat(waits.join().value()).isEqualTo("loaded");
    assertThat(waits.join().createdAt()).isEqualTo(loads.join().createdAt());
    assertThat(source.calls()).isOne();
    assertThat(there.entry("key", source, Policy.unset()).origin()).isEqualTo(Origin.FAST);
  }

  @Test
  void manyCallersOnBothNodes_areOneCall() throws Exception {
    BackedCache<String, String> here = here(spec());
    BackedCache<String, String> there = there(spec());
    Started<Entry<String>> loads = beginHere(here);
    List<Started<String>> others =
        IntStream.range(0, 20)
            .mapToObj(i -> Threads.start(() -> (i % 2 == 0 ? here : there).get("key", source)))
            .toList();
    waitThere(there, Policy.unset());
    gate.open();
    for (Started<String> other : others) {
      assertThat(other.join()).isEqualTo("loaded");
    }
    loads.join();
    assertThat(source.calls()).isOne();
  }

  @Test
  void whoBeginsAfterALoadHasLanded_loads() throws Exception {
    BackedCache<String, String> here = here(spec());
    BackedCache<String, String> there = there(spec());
    here.get("key", source);
    awaitLanded();
    assertThat(there.entry("key", source, Policy.unset()).origin()).isEqualTo(Origin.SOURCE);
    assertThat(source.calls()).isEqualTo(2);
  }

  @Test
  void nothingAtTheSource_isShared() throws Exception {
    BackedCache<String, String> here = here(spec());
    BackedCache<String, String> there = there(spec());
    source.answer(null);
    Started<Entry<String>> loads = beginHere(here);
    Started<Entry<String>> waits = waitThere(there, Policy.unset());
    gate.open();
    assertThat(loads.join().value()).isNull();
    assertThat(waits.join().value()).isNull();
    assertThat(source.calls()).isOne();
  }

  @Test
  void aLoadThatLastsLongerThanItsLease_isMadeAgain_andTheLaterWins() throws Exception {
    BackedCache<String, String> here = here(spec());
    BackedCache<String, String> there = there(spec());
    Started<Entry<String>> hangs = beginHere(here);
    Started<Entry<String>> waits = waitThere(there, Policy.unset());
    clock.advance(LEASE.plus(MOMENT));
    assertThat(waits.join().origin()).isEqualTo(Origin.SOURCE);
    awaitLanded();
    source.answer("late");
    gate.open();
    assertThat(hangs.join().value()).isEqualTo("late");
    pastTtl();
    source.fail();
    assertThat(there.get("key", source)).isEqualTo("loaded"); // it began later
  }

  @Test
  void whoDiesWhileLoading_freesTheKeyAtOnce() throws Exception {
    BackedCache<String, String> here = here(spec());
    BackedCache<String, String> there = there(spec());
    Started<Entry<String>> dies =
        Threads.start(
            () ->
                here.entry(
                    "key",
                    () -> {
                      gate.enter();
                      throw new AssertionError("It dies");
                    },
                    Policy.unset()));
    gate.awaitEntered();
    Started<Entry<String>> waits = waitThere(there, Policy.unset());
    gate.open();
    assertThat(dies.outcome().failure()).hasMessage("It dies");
    assertThat(waits.join().origin()).isEqualTo(Origin.SOURCE);
  }

  @Test
  void whoWaits_takesAUsableBackup_pastItsSoftTimeout() throws Exception {
    BackedCache<String, String> here = here(spec());
    BackedCache<String, String> there = there(spec());
    here.get("key", new Source("before"));
    awaitLanded();
    pastTtl();
    Started<Entry<String>> loads = beginHere(here);
    Entry<String> standIn =
        there.entry("key", source, Policy.unset().softTimeout(Duration.ofMillis(50)));
    assertThat(standIn.value()).isEqualTo("before");
    assertThat(standIn.origin()).isEqualTo(Origin.STAND_IN);
    gate.open();
    loads.join();
    Eventually.holds(
        () -> there.peek("key").orElseThrow().value().equals("loaded"), "it is shared");
    assertThat(source.calls()).isOne();
  }

  @Test
  void whoWaits_leavesAtItsHardTimeout() throws Exception {
    BackedCache<String, String> here = here(spec());
    ExecutorService executor = Executors.newCachedThreadPool();
    BackedCache<String, String> there = open(node -> node.executor(executor)).cache(spec());
    Started<Entry<String>> loads = beginHere(here);
    Policy hard = Policy.unset().hardTimeout(Duration.ofMillis(100));
    assertThatThrownBy(() -> there.entry("key", source, hard))
        .isInstanceOf(LoadTimeoutException.class);
    executor.shutdown();
    assertThat(executor.awaitTermination(LEASE.toSeconds() / 2, TimeUnit.SECONDS)).isTrue();
    gate.open();
    loads.join();
    assertThat(source.calls()).isOne();
  }

  @Test
  void whoIsInterruptedWhileWaiting_leaves_andLoadsNothing() throws Exception {
    BackedCache<String, String> here = here(spec());
    BackedCache<String, String> there = there(spec());
    Started<Entry<String>> loads = beginHere(here);
    Started<Entry<String>> waits = waitThere(there, Policy.unset());
    waits.thread().interrupt();
    Outcome<Entry<String>> left = waits.outcome();
    assertThat(left.failure()).isInstanceOf(LoadInterruptedException.class);
    gate.open();
    loads.join();
    assertThat(source.calls()).isOne();
  }

  @Test
  void whatWasRemovedMeanwhile_isNotShared() throws Exception {
    BackedCache<String, String> here = here(spec());
    BackedCache<String, String> there = there(spec());
    Started<Entry<String>> loads = beginHere(here);
    Started<Entry<String>> waits = waitThere(there, Policy.unset());
    here.remove("key");
    source.answer("removed");
    gate.open();
    assertThat(loads.join().value()).isEqualTo("removed");
    source.answer("after");
    assertThat(waits.join().origin()).isEqualTo(Origin.SOURCE);
    assertThat(source.calls()).isEqualTo(2);
  }

  @Test
  void aDatabaseThatIsAway_keepsNobodyFromLoading() throws Exception {
    BackedCache<String, String> here = here(spec());
    database.refuse();
    assertThat(here.get("key", source)).isEqualTo("loaded");
  }

  @Test
  void nothingIsHeld_whileALoaderRuns() throws Exception {
    HikariDataSource pool = pool();
    BackedCache<String, String> here = closing(builder().dataSource(pool).build()).cache(spec());
    Started<Entry<String>> loads = beginHere(here);
    Eventually.holds(() -> pool.getHikariPoolMXBean().getActiveConnections() == 0, "none is out");
    gate.open();
    loads.join();
  }

  @Test
  void aSharedLoad_isOneStatementBeforeIt_andOneAfter() throws Exception {
    Backstop node = open();
    BackedCache<String, String> here = node.cache(spec());
    here.get("warm", source);
    awaitLanded();
    int before = database.statements().size();
    int commits = database.commits();
    here.get("key", source);
    Eventually.holds(() -> node.writes().waiting() == 0, "it is written");
    Eventually.holds(
        () ->
            database.statements().stream().filter(sql -> sql.contains("landed_at = ?")).count()
                == 2,
        "both are noted");
    List<String> since = database.statements().subList(before, database.statements().size());
    assertThat(since).filteredOn(sql -> sql.contains(CLAIM)).hasSize(1);
    assertThat(since).filteredOn(sql -> sql.contains("backstop_")).hasSize(3);
    Eventually.holds(() -> database.commits() - commits == 3, "each is one commit");
  }

  @Test
  void aClaimFromTheFuture_isNone() throws Exception {
    BackstopBuilder onTheDatabasesTime = Backstop.builder().dataSource(pool());
    if (provider() != null) {
      onTheDatabasesTime.persistenceProvider(provider());
    }
    Backstop node = closing(onTheDatabasesTime.build());
    run(
        "insert into backstop_flight (cache_name, cache_key, node, claimed_at, claimed_until) values"
            + " ('feeds', 'key', '00000000-0000-0000-0000-000000000001',"
            + " timestamp with time zone '2200-01-01 00:00:00+00',"
            + " timestamp with time zone '2200-01-01 00:01:00+00')");
    assertThat(node.cache(spec()).get("key", source)).isEqualTo("loaded");
  }

  @Test
  void whatNobodyWaitsFor_isCulled() throws Exception {
    Backstop node = open();
    node.cache(spec()).get("key", source);
    awaitLanded();
    node.cullNow();
    assertThat(ask("select count(*) from backstop_flight")).isEqualTo("1");
    clock.advance(LEASE.plus(Duration.ofMinutes(11)));
    node.cullNow();
    assertThat(ask("select count(*) from backstop_flight")).isEqualTo("0");
  }
}
