package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Loader;
import dev.backstop.Policy;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Logged;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A caller that is cancelled, wherever it waits, hurts nobody else, and loses no value. */
class CancelTest extends Fixture {
  private static final Policy SOFT = Policy.ttl(TTL).softTimeout(Duration.ofMillis(1));

  private final ExecutorService callers = Executors.newCachedThreadPool();
  private final AtomicReference<Thread> thread = new AtomicReference<>();
  private final AtomicReference<Object> got = new AtomicReference<>();
  private final Source source = new Source("v1");
  private final Gate gate = new Gate();

  @AfterEach
  void end() throws Exception {
    callers.shutdown();
  }

  /** Calls on a thread of a pool, and keeps what the call came to, and the flag that it left. */
  private Future<?> call(BackedCache<String, String> cache, Loader<String, ?> loader, Policy policy)
      throws Exception {
    return callers.submit(
        () -> {
          thread.set(Thread.currentThread());
          Object came;
          try {
            came = cache.get("k", loader, policy);
          } catch (Throwable failure) {
            came = failure;
          }
          got.set(Thread.interrupted() + " " + text(came));
        });
  }

  private static String text(Object came) {
    return came instanceof Throwable failure ? failure.getClass().getSimpleName() : "" + came;
  }

  private String gotten() throws InterruptedException {
    callers.shutdown();
    assertThat(callers.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    return "" + got.get();
  }

  private void cancel(Future<?> call) {
    assertThat(call.cancel(true)).isTrue();
  }

  private Loader<String, Exception> held(Gate here, Loader<String, ?> then) {
    return () -> {
      here.enter();
      return load(then);
    };
  }

  private static String load(Loader<String, ?> loader) throws Exception {
    try {
      return loader.load();
    } catch (Throwable failure) {
      throw (Exception) failure;
    }
  }

  /** A loader that takes no notice of an interrupt, as most drivers. */
  private Loader<String, Exception> deaf(Gate here, Loader<String, ?> then) {
    return () -> {
      boolean wasInterrupted = false;
      while (true) {
        try {
          here.enter();
          break;
        } catch (InterruptedException later) {
          wasInterrupted = true;
        }
      }
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
      return load(then);
    };
  }

  @Test
  void whoLeadsALoadThatEndsByIt_getsThat_andTheNextLeads() throws Exception {
    BackedCache<String, String> cache = cache();
    Future<?> leader = call(cache, held(gate, source), Policy.ttl(TTL));
    gate.awaitEntered();
    Started<String> waiter = Threads.start(() -> cache.get("k", source));
    Threads.awaitWaiting(waiter.thread());
    cancel(leader);
    assertThat(waiter.join()).isEqualTo("v1");
    assertThat(gotten()).isEqualTo("false InterruptedException");
    assertThat(ask("select count(*) from backstop_backup where blob is not null")).isEqualTo("1");
  }

  @Test
  void whoLeadsALoadThatTakesNoNotice_getsItsValue_whichIsNotLost() throws Exception {
    BackedCache<String, String> cache = cache();
    Future<?> leader = call(cache, deaf(gate, source), Policy.ttl(TTL));
    gate.awaitEntered();
    Started<String> waiter = Threads.start(() -> cache.get("k", source));
    Threads.awaitWaiting(waiter.thread());
    cancel(leader);
    gate.open();
    assertThat(waiter.join()).isEqualTo("v1");
    assertThat(gotten()).isEqualTo("true v1");
    assertThat(source.calls()).isEqualTo(1);
    assertThat(cache.peek("k").orElseThrow().value()).isEqualTo("v1");
    assertThat(ask("select count(*) from backstop_backup where blob is not null")).isEqualTo("1");
  }

  @Test
  void whoWaitsForAnothersLoad_leavesIt() throws Exception {
    BackedCache<String, String> cache = cache();
    Started<String> leader = Threads.start(() -> cache.get("k", held(gate, source)));
    gate.awaitEntered();
    Future<?> waiter = call(cache, source, Policy.ttl(TTL));
    awaitCaller();
    cancel(waiter);
    assertThat(gotten()).isEqualTo("true LoadInterruptedException");
    gate.open();
    assertThat(leader.join()).isEqualTo("v1");
    assertThat(cache.peek("k").orElseThrow().value()).isEqualTo("v1");
  }

  private void awaitCaller() {
    Eventually.holds(() -> thread.get() != null, "it was called");
    Threads.awaitWaiting(thread.get());
  }

  @Test
  void whoReadsTheBackupForAll_readsOn() throws Exception {
    BackedCache<String, String> cache = backedUp();
    source.fail();
    Gate loading = new Gate();
    Future<?> leader = call(cache, held(loading, source), Policy.ttl(TTL));
    loading.awaitEntered();
    Started<String> waiter = Threads.start(() -> cache.get("k", source));
    Threads.awaitWaiting(waiter.thread());
    try (Logged logged = new Logged()) {
      database.holdNextAnswer("backstop_backup", gate);
      loading.open();
      gate.awaitEntered();
      cancel(leader);
      gate.open();
      assertThat(waiter.join()).isEqualTo("v1");
      assertThat(gotten()).isEqualTo("true v1");
      assertThat(logged.messages(Level.WARNING)).isEmpty();
    }
    assertThat(source.calls()).isEqualTo(2); // with that of before
  }

  @Test
  void whoWaitsAndReadsTheBackupForAll_readsOn() throws Exception {
    BackedCache<String, String> cache = backedUp();
    source.fail();
    Gate loading = new Gate();
    Started<String> leader =
        Threads.start(() -> cache.get("k", held(loading, source), Policy.ttl(TTL)));
    loading.awaitEntered();
    database.holdNextAnswer("backstop_backup", gate);
    Future<?> waiter = call(cache, source, SOFT);
    gate.awaitEntered();
    cancel(waiter);
    gate.open();
    assertThat(gotten()).isEqualTo("true v1");
    loading.open();
    assertThat(leader.join()).isEqualTo("v1");
    assertThat(source.calls()).isEqualTo(2); // with that of before
  }

  private BackedCache<String, String> backedUp() throws Exception {
    cache().get("k", source);
    BackedCache<String, String> cache = afterRestart();
    pastTtl();
    return cache;
  }

  @Test
  void whoWaitsForItsCommit_waitsOn() throws Exception {
    BackedCache<String, String> cache = cache();
    database.holdNextAnswer("backstop_backup", gate);
    Future<?> leader = call(cache, source, Policy.ttl(TTL));
    gate.awaitEntered();
    awaitCaller();
    cancel(leader);
    Eventually.holds(() -> !thread.get().isInterrupted(), "it saw that");
    awaitCaller();
    assertThat(got.get()).isNull();
    gate.open();
    assertThat(gotten()).isEqualTo("true v1");
    assertThat(cache.peek("k").orElseThrow().value()).isEqualTo("v1");
    assertThat(ask("select count(*) from backstop_backup where blob is not null")).isEqualTo("1");
  }
}
