package dev.backstop.core;

import dev.backstop.CacheTier;
import dev.backstop.Entry;
import dev.backstop.LoadFailure;
import dev.backstop.LoadTimeoutException;
import dev.backstop.Loader;
import dev.backstop.Origin;
import dev.backstop.backup.RowKey;
import dev.backstop.clock.Micros;
import dev.backstop.fast.FastCopy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a get does when the fast tier has no answer. */
final class Gets<K, V> {
  private final Parts<K, V> parts;
  private final Loads<K, V> loads;

  Gets(Parts<K, V> parts) {
    this.parts = parts;
    this.loads = new Loads<>(parts);
  }

  /** Joins the load of the key or leads one, and decides what this caller gets. */
  Entry<V> get(K key, Loader<? extends V, ?> loader, Terms terms) {
    RowKey row = parts.keys().row(key);
    Led<V> led = new Led<>();
    try {
      return get(key, row, loader, terms, led);
    } catch (VirtualMachineError death) {
      led.die(death);
      throw death;
    } catch (Throwable failure) {
      GetLog.failed(List.of(row), failure);
      throw failure;
    }
  }

  /** What one call leads. A loader that recurses without end may leave no room to return it. */
  static final class Led<V> {
    @Nullable Flight<V> flight;

    /** Lets others lead anew. */
    void die(VirtualMachineError death) {
      Flight<V> mine = flight;
      if (mine != null) {
        mine.isGone = true; // first: the stack may have no room for a call
        mine.die(death);
      }
    }
  }

  private Entry<V> get(K key, RowKey row, Loader<? extends V, ?> loader, Terms terms, Led<V> led) {
    while (true) {
      parts.life().check();
      Joined<V> joined =
          parts
              .slots()
              .join(
                  key,
                  true,
                  copy -> isServed(copy, terms),
                  stamp -> led.flight = loads.flight(key, row, stamp, terms));
      FastCopy<V> copy = joined.copy(); // one that came since this call looked
      if (copy != null) {
        if (!terms.question().isSet() || parts.questions().confirm(key, copy, terms.question())) {
          GetLog.answered(row, CacheTier.HEAP, copy.failure());
          return Answers.of(copy);
        }
        continue;
      }
      Flight<V> flight = Objects.requireNonNull(joined.flight());
      Entry<V> answer =
          joined.leads()
              ? lead(new Caller<>(key, row, flight, terms), loader)
              : answer(new Caller<>(key, row, flight, terms), false);
      if (answer != null) {
        GetLog.answered(row, flight.landing(), answer);
        return answer;
      }
    }
  }

  /** One caller of one flight. */
  record Caller<K, V>(K key, RowKey row, Flight<V> flight, Terms terms) {
    /** Whether its load failed, or is under way and may be too slow. */
    boolean mayNeedReserve() {
      return !flight.hasLanded() || flight.landing() instanceof Landing.Failed;
    }
  }

  /** Whether a copy in the heap is served on these terms. */
  boolean isServed(FastCopy<V> copy, Terms terms) {
    return terms.readsHeap() && parts.slots().serves(copy, parts.clock().now(), terms.maxStale());
  }

  private @Nullable Entry<V> lead(Caller<K, V> caller, Loader<? extends V, ?> loader) {
    run(caller.terms, () -> loads.run(caller.key, caller.row, caller.flight, loader, caller.terms));
    Entry<V> answer = answer(caller, true);
    awaitWrites(List.of(caller));
    return answer;
  }

  /** Runs a load that lands that flight, on another thread if it has timeouts. */
  void run(Terms terms, Runnable load) {
    if (!terms.hasTimeout()) {
      load.run();
      return;
    }
    try {
      parts.executor().execute(load);
    } catch (Throwable noThread) {
      load.run(); // without its timeouts, but answered; nothing, if a thread did run it
    }
  }

  /** Waits until what was loaded is durable, no longer than one bound; not in a transaction. */
  void awaitWrites(List<Caller<K, V>> callers) {
    if (parts.waits()) {
      parts
          .store()
          .await(
              CompletableFuture.allOf(
                  callers.stream()
                      .filter(caller -> caller.terms.floor() == null)
                      .map(caller -> caller.flight.landing())
                      .filter(Landing.Loaded.class::isInstance)
                      .map(landing -> ((Landing.Loaded<?>) landing).write())
                      .toArray(CompletableFuture<?>[]::new)));
    }
  }

  /** Waits, and returns what this caller gets; null if it should lead anew. */
  @Nullable Entry<V> answer(Caller<K, V> caller, boolean leads) {
    return caller.flight.hasLanded() ? landed(caller, leads) : waitFor(caller, leads);
  }

  /** Waits until the load has landed, or has lasted until the first timeout of this caller. */
  void awaitAtFirst(Caller<K, V> caller) {
    if (!caller.flight.hasLanded()) {
      Flight<?> before = Circles.enter(caller.flight);
      try {
        caller.flight.await(Math.min(caller.terms.softNanos(), hardNanos(caller)));
      } finally {
        Circles.leave(before);
      }
    }
  }

  private static long hardNanos(Caller<?, ?> caller) {
    return Math.min(caller.terms.hardNanos(), caller.flight.terms().hardNanos());
  }

  private @Nullable Entry<V> waitFor(Caller<K, V> caller, boolean leads) {
    Flight<?> before = Circles.enter(caller.flight);
    try {
      Terms terms = caller.terms;
      long hardNanos = hardNanos(caller);
      Landing<V> landing = caller.flight.await(Math.min(terms.softNanos(), hardNanos));
      if (landing == null && terms.softNanos() < hardNanos) {
        Entry<V> standIn = tooSlow(caller);
        if (standIn != null) {
          return standIn;
        }
        landing = caller.flight.await(hardNanos);
      }
      if (landing == null) {
        return timedOut(caller, leads);
      }
    } finally {
      Circles.leave(before);
    }
    return landed(caller, leads);
  }

  /** The load is slower than the soft timeout: a usable backup answers, the load goes on. */
  private @Nullable Entry<V> tooSlow(Caller<K, V> caller) {
    Duration timeout = Duration.ofNanos(caller.terms.softNanos());
    return standIn(
        caller, new LoadTimeoutException(parts.spec().name(), caller.key, timeout), null);
  }

  /**
   * The load missed its own hard timeout, and the first who notices fails it for all, as the one
   * who leads may have left; or it missed that of this caller alone.
   */
  private @Nullable Entry<V> timedOut(Caller<K, V> caller, boolean leads) {
    if (caller.flight.isOverdue()) {
      loads.failOverdue(caller.key, caller.flight);
      return landed(caller, leads);
    }
    Duration timeout = Duration.ofNanos(caller.terms.hardNanos());
    LoadTimeoutException failure =
        new LoadTimeoutException(parts.spec().name(), caller.key, timeout);
    return failed(caller, new Landing.Failed<>(failure, null));
  }

  private @Nullable Entry<V> landed(Caller<K, V> caller, boolean leads) {
    Landing<V> landing = Objects.requireNonNull(caller.flight.await(Long.MAX_VALUE));
    if (landing instanceof Landing.Loaded<V> loaded) {
      return Answers.loaded(loaded);
    }
    if (landing instanceof Landing.Held<V> held) {
      return held(caller, held);
    }
    if (landing instanceof Landing.Failed<V> failed) {
      return failed(caller, failed);
    }
    if (!leads || landing instanceof Landing.Absent) {
      return null;
    }
    Throwable cause = caller.flight.causeOfDeath();
    if (cause instanceof Exception failure) {
      return failed(caller, new Landing.Failed<>(failure, null));
    }
    throw Suppressed.<RuntimeException>sneak(cause);
  }

  /** What a tier held, unless it stands in and is too old for this caller, who then leads anew. */
  private @Nullable Entry<V> held(Caller<K, V> caller, Landing.Held<V> held) {
    FastCopy<V> copy = held.copy();
    long now = parts.clock().now();
    if (copy.failure() != null && !caller.terms.mayStandIn(copy.createdAt(), now)) {
      return null;
    }
    noteAccess(caller, copy, now);
    return held.tier().equals(CacheTier.BACKUPS)
        ? Answers.of(copy, copy.expiresAt(), Origin.BACKUP, null)
        : Answers.of(copy);
  }

  /** The backup by this caller's own terms, or the loader's own exception. */
  private Entry<V> failed(Caller<K, V> caller, Landing.Failed<V> failed) {
    Exception failure = failed.failure();
    if (caller.terms.standsInOn(failure)) {
      Entry<V> standIn = standIn(caller, failure, failed.standIn());
      if (standIn != null) {
        return standIn;
      }
      Suppressed.attach(failure, caller.flight.reserve().trouble());
    }
    throw Suppressed.<RuntimeException>sneak(failure);
  }

  private @Nullable Entry<V> standIn(
      Caller<K, V> caller, Exception failure, @Nullable FastCopy<V> published) {
    FastCopy<V> copy = published != null ? published : caller.flight.reserve().copy();
    long now = parts.clock().now();
    if (copy == null || !caller.terms.mayStandIn(copy.createdAt(), now)) {
      return null;
    }
    noteAccess(caller, copy, now);
    LoadFailure because = // a copy in hand may tell of an older failure
        published != null && published.failure() != null
            ? published.failure()
            : LoadFailure.of(failure, Micros.instant(now));
    long until = published != null ? copy.servedUntil() : copy.expiresAt();
    return Answers.of(copy, until, Origin.STAND_IN, because);
  }

  private void noteAccess(Caller<K, V> caller, FastCopy<V> copy, long now) {
    if (copy.mark().isDue(now, parts.noteEvery())) {
      parts.store().noteAccess(caller.row, now);
    }
  }
}
