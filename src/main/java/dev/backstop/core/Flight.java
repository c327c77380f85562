package dev.backstop.core;

import dev.backstop.LoadInterruptedException;
import dev.backstop.backup.FlightState;
import dev.backstop.clock.Stamp;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One load that its callers share: its value, its very exception, and one read of the backup. */
final class Flight<V> extends Visit {
  private final long startNanos = System.nanoTime();
  private final String cache;
  private final Object key;
  private final Terms terms;
  private final CompletableFuture<Landing<V>> landing = new CompletableFuture<>();
  private final FutureTask<Reserve<V>> reserve;
  private volatile Function<Flight<V>, Reserve<V>> readReserve;
  private final AtomicBoolean begun = new AtomicBoolean();

  /** Made beforehand: when somebody dies, there may be no memory left. */
  private final Landing.Died<V> died = new Landing.Died<>();

  private volatile @Nullable Throwable causeOfDeath;
  private boolean readsTogether;

  /** Whether the loader may be called; not while two that were abandoned are under way. */
  boolean mayLoad = true;

  /** Whether who led it died, perhaps without the stack that it takes to leave. */
  volatile boolean isGone;

  /** Whether nobody waited for it when it was given to an executor, who may never run it. */
  volatile boolean isAhead;

  /** What keeps other nodes from loading it; null if nothing does. */
  volatile @Nullable FlightState claim;

  /** Who runs the loader now; for {@link Circles}. */
  volatile @Nullable Thread runner;

  /**
   * Begins now.
   *
   * @param cache of whose key it is, for messages
   * @param terms of the caller who leads, which govern the load
   * @param readReserve reads what can stand in, once for all callers
   */
  Flight(
      String cache,
      Object key,
      Stamp stamp,
      Terms terms,
      Function<Flight<V>, Reserve<V>> readReserve) {
    super(stamp);
    this.cache = cache;
    this.key = key;
    this.terms = terms;
    this.readReserve = readReserve;
    this.reserve = new FutureTask<>(() -> this.readReserve.apply(this));
  }

  /** The terms of the caller who leads, which govern the load. */
  Terms terms() {
    return terms;
  }

  @Override
  boolean mayBeOld() {
    return terms.floor() != null;
  }

  @Override
  boolean isOverdue() {
    return elapsed() >= terms.hardNanos();
  }

  private long elapsed() {
    return System.nanoTime() - startNanos;
  }

  /** Whether the caller is to run the load: of all whom an executor lets try, the first. */
  boolean begin() {
    return begun.compareAndSet(false, true);
  }

  /**
   * Whether nobody can expect anything of it any more: who led it died, or no thread took it in
   * time, and now none will.
   *
   * @param waits whether somebody would wait for it
   */
  @Override
  boolean hasLeft(boolean waits) {
    return isGone || (((isAhead && waits) || isOverdue()) && begin());
  }

  boolean hasLanded() {
    return landing.isDone();
  }

  /** How it ended; null if it is under way. */
  @Nullable Landing<V> landing() {
    return landing.getNow(null);
  }

  /** Ends the flight for its callers. The first to say how is right. */
  void land(Landing<V> how) {
    landing.complete(how);
  }

  /** Ends it because the one who loaded died, whose memory or stack may be used up. */
  void die(Throwable cause) {
    isGone = true; // first: there may be no room for a call
    if (causeOfDeath == null) {
      causeOfDeath = cause;
    }
    landing.complete(died);
  }

  /** Why whoever loaded died. */
  Throwable causeOfDeath() {
    return Objects.requireNonNull(causeOfDeath);
  }

  /**
   * Waits until it has lasted that long; returns null if it then is still under way.
   *
   * @throws LoadInterruptedException if this thread was interrupted; its flag is set
   */
  @Nullable Landing<V> await(long lastingNanos) {
    try {
      return lastingNanos == Long.MAX_VALUE
          ? landing.get()
          : landing.get(Math.max(0, lastingNanos - elapsed()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException underWay) {
      return null;
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    } catch (ExecutionException never) {
      throw new AssertionError("A landing never fails", never);
    }
  }

  /**
   * Lets some time pass, for who loads.
   *
   * @throws LoadInterruptedException if this thread was interrupted; its flag is set
   */
  void sleep(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    }
  }

  /**
   * What can stand in: read by the first who asks, shared by all.
   *
   * @throws LoadInterruptedException if this thread was interrupted; its flag is set
   */
  Reserve<V> reserve() {
    reserve.run(); // does nothing but the first time
    try {
      return reserve.get();
    } catch (ExecutionException broken) {
      return new Reserve<>(null, broken.getCause());
    } catch (InterruptedException interrupted) {
      throw interrupted(interrupted);
    }
  }

  /** Lets the reserve be read so instead, with those of others, unless it already is. */
  synchronized boolean readTogether(Function<Flight<V>, Reserve<V>> read) {
    if (readsTogether || reserve.isDone()) {
      return false;
    }
    readsTogether = true;
    readReserve = read;
    return true;
  }

  private LoadInterruptedException interrupted(InterruptedException interrupted) {
    Thread.currentThread().interrupt();
    return new LoadInterruptedException(cache, key, interrupted);
  }

  @Override
  public String toString() {
    return "the load of " + key + " for cache " + cache;
  }
}
