package dev.backstop.backup;

import dev.backstop.BackstopConfig;
import dev.backstop.clock.StampClock;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes. What has gathered while it wrote goes into its next transaction. What
 * can't be written now is queued again, and tried again when the backups are back.
 */
final class Writer implements AutoCloseable {
  private static final Logger LOG = System.getLogger("dev.backstop");

  /** More rows than that, locked by others, are trouble of the database. */
  private static final int MOST_HELD = 16;

  /** Until there may be memory again. */
  private static final long PAUSE_NANOS = 100_000_000;

  private final WriteQueue queue;
  private final Supplier<@Nullable Database> database;
  private final Outage outage;
  private final StampClock clock;
  private final Duration bound;
  private final ThreadFactory threads;
  private @Nullable Thread thread;
  private final Once refusals = new Once();
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private volatile boolean closing;

  /** Whether a batch was left half-way, as there was no memory; for its own thread. */
  private boolean isTorn;

  /** Whether it may try though the backups are out: its success ends the outage. */
  private volatile boolean isProbing;

  /** One of what was written last, if that took longer than anyone waits. */
  private volatile @Nullable Batch slow;

  /** When the transaction began that is under way, by the monotonic clock; 0: none is. */
  private volatile long busySince;

  Writer(
      WriteQueue queue,
      Supplier<@Nullable Database> database,
      Outage outage,
      StampClock clock,
      BackstopConfig config) {
    this.queue = queue;
    this.database = database;
    this.outage = outage;
    this.clock = clock;
    this.bound = config.backupTimeout();
    this.threads = config.threads("writer");
  }

  void start() {
    Thread made = threads.newThread(this::run);
    made.start();
    thread = made;
  }

  /** Whether a transaction takes longer than anyone waits. */
  boolean isStuck() {
    long since = busySince;
    return since != 0 && System.nanoTime() - since > bound.toNanos();
  }

  /** How many rows it gave to the table, also those for which that had something newer. */
  long written() {
    return written.get();
  }

  /** How many rows it dropped because the database refused them. */
  long refused() {
    return refused.get();
  }

  /**
   * Tries again what waits for a lock; and, while the backups are out, the rest: that the database
   * answers does not say that it can be written. If it was slow, and nothing is left to write, then
   * one of the last is written again, which changes nothing and tells whether it still is.
   */
  void probe() {
    if (outage.isOut() && queue.size() == 0) {
      Batch again = slow;
      if (again == null) {
        outage.end();
      } else {
        queue.putBack(again);
      }
    }
    isProbing = outage.isOut();
    queue.release();
  }

  private void run() {
    try {
      while (!closing) {
        try {
          if (isTorn) {
            TimeUnit.NANOSECONDS.sleep(PAUSE_NANOS);
            queue.takeBack();
            isTorn = false;
          }
          Batch batch = queue.take(() -> isProbing || !outage.isOut(), () -> closing);
          isProbing = false;
          write(batch);
        } catch (OutOfMemoryError here) { // not in the driver's code, but in ours
          isTorn = true;
        }
      }
      queue.release();
      Batch rest = queue.takeNow();
      while (rest.size() > 0 && writeParts(rest)) {
        rest = queue.takeNow();
      }
    } catch (InterruptedException nobodyElseKnowsThisThread) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(Batch batch) {
    long began = System.nanoTime();
    if (batch.size() == 0 || !writeParts(batch)) {
      return;
    }
    if (System.nanoTime() - began <= bound.toNanos()) {
      slow = null;
      outage.end();
    } else if (outage.isOut()) {
      slow = batch.firstOne();
      isProbing = true; // nobody waits for a database that slow, but what it takes is written
    }
  }

  /** Writes a batch, whole or in parts; returns whether the database did its work. */
  private boolean writeParts(Batch batch) {
    List<Outcome> outcomes;
    try {
      outcomes = commit(batch);
    } catch (Throwable failure) {
      return switch (SqlFailures.of(failure)) {
        case ROW, UNCHECKED -> batch.size() == 1 ? refuse(batch, failure) : halve(batch);
        case MEMORY, DAMAGE -> batch.size() == 1 ? hold(batch, failure) : halve(batch);
        case LOCKED -> batch.size() == 1 ? hold(batch, failure) : halve(batch.impatient());
        default -> later(batch, failure);
      };
    }
    written.addAndGet(outcomes.size()); // before it leaves the queue: no row is in neither
    queue.finish(batch);
    batch.barriers().forEach(barrier -> barrier.done.complete(Outcome.STORED));
    for (int i = 0; i < outcomes.size(); i++) {
      batch.rows().get(i).done.complete(outcomes.get(i));
    }
    return true;
  }

  private List<Outcome> commit(Batch batch) throws SQLException {
    Database open = database.get();
    if (open == null) {
      throw new SQLException("There is no connection to the backups' database yet");
    }
    busySince = System.nanoTime();
    try {
      return open.write(batch, clock);
    } finally {
      busySince = 0;
    }
  }

  /** Finds what is wrong with a batch: its halves are of the same kind, and smaller. */
  private boolean halve(Batch batch) {
    if (writeParts(batch.firstHalf())) {
      return writeParts(batch.secondHalf());
    }
    queue.putBack(batch.secondHalf());
    return false;
  }

  private boolean later(Batch batch, Throwable failure) {
    queue.putBack(batch);
    outage.beginByWrite(failure);
    return false;
  }

  /** Leaves out what can't be written now and may be later, so that nothing else waits for it. */
  private boolean hold(Batch batch, Throwable failure) {
    if (batch.rows().isEmpty() || queue.held() >= MOST_HELD) {
      return later(batch, failure);
    }
    boolean isDamage = SqlFailures.of(failure) == SqlFailures.DAMAGE;
    if (isDamage && refusals.isFirst(Outage.why(failure))) {
      RowKey key = batch.rows().get(0).key;
      LOG.log(Level.ERROR, "The backup of " + key + " waits until it can be written", failure);
    }
    queue.hold(batch);
    return true;
  }

  private boolean refuse(Batch batch, Throwable failure) {
    refused.addAndGet(batch.rows().size());
    queue.finish(batch);
    batch.barriers().forEach(barrier -> barrier.done.completeExceptionally(failure));
    for (Pending row : batch.rows()) {
      if (refusals.isFirst(Outage.why(failure))) {
        LOG.log(Level.ERROR, "The database refuses the backup of " + row.key, failure);
      }
      row.done.completeExceptionally(failure);
    }
    return true;
  }

  /** Writes what is left, for the bound at most, and ends the thread. */
  @Override
  public void close() {
    closing = true;
    queue.wake(); // never an interrupt: it would close the file of an embedded H2
    try {
      Thread started = thread;
      if (started != null) {
        started.join(bound.toMillis());
      }
    } catch (InterruptedException closedInterrupted) {
      Thread.currentThread().interrupt();
    }
    int left = queue.end(new IllegalStateException("This Backstop is closed"));
    if (left > 0) {
      LOG.log(Level.WARNING, "Closed with {0} backups that could not be written", left);
    }
  }
}
