package dev.backstop.backup;

import dev.backstop.BackstopConfig;
import dev.backstop.BackupUnavailableException;
import dev.backstop.LoadFailure;
import dev.backstop.clock.Micros;
import dev.backstop.clock.Stamp;
import dev.backstop.clock.StampClock;
import dev.backstop.stack.RoomyThreadPool;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Loads that nodes share, by the table {@code backstop_flight}. A database that does not answer
 * keeps nobody from loading.
 */
public final class SharedFlights implements AutoCloseable {
  private static final Logger LOG = System.getLogger("dev.backstop");

  /** How many ends are noted in one transaction. */
  private static final int ENDS = 256;

  private final Supplier<@Nullable Database> database;
  private final DirectWrites direct;
  private final StampClock clock;
  private final Duration bound;
  private final ExecutorService threads;
  private final Queue<FlightTable.Landed> ended = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean isNoting = new AtomicBoolean();

  SharedFlights(
      Supplier<@Nullable Database> database,
      DirectWrites direct,
      StampClock clock,
      BackstopConfig config) {
    this.database = database;
    this.direct = direct;
    this.clock = clock;
    this.bound = config.backupTimeout();
    this.threads = new RoomyThreadPool(config.threads("flight"));
  }

  /**
   * Claims a load, so that no other node makes it.
   *
   * @param begun when who claims began: a load that ended later is shared
   * @param lease how long others wait for it
   * @param seen how a load ended that who claims can't use, or null
   * @return the claim, or what stands in its way; null if that can't be known
   */
  public @Nullable FlightState claim(
      RowKey key, Stamp begun, Duration lease, @Nullable FlightEnd seen) {
    long now = clock.current(clock.earliest());
    long until = Micros.after(now, Micros.of(lease));
    long since = clock.current(begun);
    long future = clock.future();
    return ask(
        open ->
            open.brief(
                true,
                connection ->
                    Optional.ofNullable(
                        open.flights.claim(connection, key, since, now, until, seen, future))));
  }

  /** Returns who loads a key; null if nobody does, or that can't be known. */
  public @Nullable FlightState look(RowKey key) {
    return ask(
        open -> open.read(connection -> Optional.ofNullable(open.flights.read(connection, key))));
  }

  private @Nullable FlightState ask(DirectWrites.Work<Optional<FlightState>> work) {
    try {
      return direct.write("Loads are not shared", database.get(), work).orElse(null);
    } catch (BackupUnavailableException trouble) {
      LOG.log(Level.DEBUG, "A load is not shared", trouble);
      return null;
    }
  }

  /** Notes soon that a load of ours ended, without or with a failure until which it holds. */
  public void land(
      FlightState claim, FlightEnd.How how, @Nullable LoadFailure failure, long failedUntil) {
    long now = clock.current(clock.latest());
    ended.add(new FlightTable.Landed(claim, new FlightEnd(how, now, failedUntil, failure)));
    noteSoon();
  }

  private void noteSoon() {
    if (!ended.isEmpty() && isNoting.compareAndSet(false, true)) {
      try {
        threads.execute(this::note);
      } catch (RejectedExecutionException closed) {
        isNoting.set(false);
      }
    }
  }

  /** What can't be noted is forgotten: others wait no longer than its lease. */
  private void note() {
    try {
      for (List<FlightTable.Landed> some = take(); !some.isEmpty(); some = take()) {
        List<FlightTable.Landed> all = some;
        direct.write(
            "Ends of loads were not noted",
            database.get(),
            open -> open.brief(false, connection -> open.flights.land(connection, all)));
      }
    } catch (BackupUnavailableException trouble) {
      LOG.log(Level.DEBUG, "Other nodes wait until the lease of a load is over", trouble);
    } finally {
      isNoting.set(false);
    }
    noteSoon(); // what came in this moment
  }

  private List<FlightTable.Landed> take() {
    List<FlightTable.Landed> some = new ArrayList<>();
    for (FlightTable.Landed next = ended.poll(); next != null; next = ended.poll()) {
      some.add(next);
      if (some.size() == ENDS) {
        break;
      }
    }
    return some;
  }

  /** Notes what is left, for the bound at most. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      boolean unused = threads.awaitTermination(bound.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
