package dev.backstop.backup;

import dev.backstop.BackstopConfig;
import dev.backstop.BackupUnavailableException;
import dev.backstop.CullReport;
import dev.backstop.clock.Micros;
import dev.backstop.clock.Stamp;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** When is culled: by the clock, also while nobody calls, after a number of gets, and on demand. */
final class CullSchedule implements AutoCloseable {
  private static final Logger LOG = System.getLogger("dev.backstop");
  private static final int[] AGAIN_AFTER = {0, 1, 3, 10};
  private static final Duration LONGEST_BEAT = Duration.ofMinutes(1);

  private final Culler culler;
  private final Supplier<@Nullable Database> database;
  private final Outage outage;
  private final BackstopConfig.Culling settings;
  private final Duration bound;
  private final AtomicLong gets = new AtomicLong();
  private volatile boolean stopping;
  private final ScheduledThreadPoolExecutor thread;

  CullSchedule(
      Culler culler, Supplier<@Nullable Database> database, Outage outage, BackstopConfig config) {
    this.culler = culler;
    this.database = database;
    this.outage = outage;
    settings = config.culling();
    bound = config.backupTimeout();
    thread = new ScheduledThreadPoolExecutor(1, config.threads("cull"));
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false); // who closes won't wait
  }

  @SuppressWarnings("FutureReturnValueIgnored") // they throw nothing, and end with their thread
  void start() {
    Duration beat = settings.every().compareTo(LONGEST_BEAT) < 0 ? settings.every() : LONGEST_BEAT;
    schedule(this::beat, beat);
    schedule(this::cullIfItIsOurTurn, settings.every());
  }

  /** Its thread may have ended when the heap was full; what it has to do is still queued. */
  void revive() {
    thread.prestartCoreThread();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // as above
  private void schedule(Runnable task, Duration period) {
    long millis = Math.max(1, Micros.of(period) / 1_000);
    thread.scheduleWithFixedDelay(task, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Counts a get, where gets are to be counted. */
  void countGet() {
    long every = settings.afterGets();
    if (every > 0 && gets.incrementAndGet() % every == 0) {
      try {
        thread.execute(this::cullIfItIsOurTurn);
      } catch (RejectedExecutionException closing) {
        // Then there is nothing left to cull.
      }
    }
  }

  /**
   * The database's clock was set back. More than once, as other nodes, and what is being written,
   * may not know of it yet.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // as above
  void clockWasSetBack(Stamp at) {
    for (int seconds : AGAIN_AFTER) {
      try {
        thread.schedule(
            () -> quietly(open -> culler.endFuture(open, at)), seconds, TimeUnit.SECONDS);
      } catch (RejectedExecutionException closing) {
        // Then another node will, or what comes next by its own stamp.
      }
    }
  }

  private void beat() {
    quietly(open -> culler.beat(open));
  }

  private void cullIfItIsOurTurn() {
    quietly(open -> culler.cullInTurn(open, Micros.of(settings.every()) / 2, () -> stopping));
  }

  CullReport cullNow() {
    return onOwnThread(() -> loudly(open -> culler.cull(open, () -> stopping)));
  }

  CullReport preview() {
    return onOwnThread(() -> loudly(culler::preview));
  }

  /** For the sake of the caller's interrupts, see {@link Shelter}; they end the wait alone. */
  private <T> T onOwnThread(Callable<T> work) {
    try {
      return thread.submit(work).get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new BackupUnavailableException("Interrupted while it culls; it goes on", interrupted);
    } catch (RejectedExecutionException closed) {
      throw new IllegalStateException("This Backstop is closed", closed);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof BackupUnavailableException unavailable) {
        throw unavailable;
      }
      throw new BackupUnavailableException("Culling failed: " + Outage.why(failed), failed);
    }
  }

  /** Work on a database that answers. */
  private interface Work<T> {
    T on(Database open) throws SQLException;
  }

  /** The same without a result. */
  private interface Task {
    void on(Database open) throws SQLException;
  }

  private <T> T loudly(Work<T> work) {
    Database open = database.get();
    if (open == null || outage.isOut()) {
      throw new BackupUnavailableException(
          "Backups are out: " + Outage.why(outage.cause()), outage.cause());
    }
    try {
      return work.on(open);
    } catch (SQLException failure) {
      throw new BackupUnavailableException("Culling failed: " + Outage.why(failure), failure);
    }
  }

  private void quietly(Task task) {
    Database open = database.get();
    if (open == null || outage.isOut()) {
      return;
    }
    try {
      task.on(open);
    } catch (Throwable failure) { // or there would never be another turn
      // The next turn will do; an outage is told by who meets it first.
      LOG.log(Level.DEBUG, "Culling failed", failure);
    }
  }

  /**
   * Ends the cull that is under way after its slice, ends the thread, and writes the last notes.
   */
  @Override
  public void close() {
    stopping = true;
    thread.shutdown();
    try {
      if (thread.awaitTermination(bound.toMillis(), TimeUnit.MILLISECONDS)) {
        beat();
      } // or it ends by itself: an interrupt would close an H2's file
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
