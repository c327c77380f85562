package dev.backstop.backup;

import dev.backstop.clock.StampClock;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes. What has gathered while it wrote goes into its next transaction. What
 * can't be written now is queued again, and tried again when the backups are back.
 */
final class Writer implements AutoCloseable {
  private static final Logger LOG = System.getLogger("dev.backstop");
  private static final int COLLISIONS_IN_A_ROW = 20;

  private final WriteQueue queue;
  private final Supplier<@Nullable Database> database;
  private final Outage outage;
  private final StampClock clock;
  private final Duration bound;
  private final Thread thread;
  private volatile boolean closing;

  /** When the transaction began that is under way, by the monotonic clock; 0: none is. */
  private volatile long busySince;

  Writer(
      WriteQueue queue,
      Supplier<@Nullable Database> database,
      Outage outage,
      StampClock clock,
      Duration bound) {
    this.queue = queue;
    this.database = database;
    this.outage = outage;
    this.clock = clock;
    this.bound = bound;
    this.thread = new Thread(this::run, "backstop-writer");
    thread.setDaemon(true);
    thread.start();
  }

  /** Whether a transaction takes longer than anyone waits. */
  boolean isStuck() {
    long since = busySince;
    return since != 0 && System.nanoTime() - since > bound.toNanos();
  }

  private void run() {
    try {
      while (!closing) {
        write(queue.take(() -> !outage.isOut(), () -> closing), COLLISIONS_IN_A_ROW);
      }
      Batch rest = queue.takeNow();
      while (rest.size() > 0 && write(rest, COLLISIONS_IN_A_ROW)) {
        rest = queue.takeNow();
      }
    } catch (InterruptedException nobodyElseKnowsThisThread) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether the database did its work, be it that it refused a row. */
  private boolean write(Batch batch, int collisionsLeft) {
    if (batch.size() == 0) {
      return true;
    }
    List<Outcome> outcomes;
    try {
      outcomes = commit(batch);
    } catch (Throwable failure) {
      return switch (SqlFailures.of(failure)) {
        case COLLISION ->
            collisionsLeft > 0 ? write(batch, collisionsLeft - 1) : later(batch, failure);
        case ROW -> batch.size() == 1 ? refuse(batch, failure) : halve(batch);
        case SCHEMA, OUTAGE -> later(batch, failure);
      };
    }
    outage.end();
    queue.finish(batch);
    batch.barriers().forEach(barrier -> barrier.done().complete(Outcome.STORED));
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
      return open.inTransaction(connection -> write(batch, connection, open.dialect));
    } finally {
      busySince = 0;
    }
  }

  private List<Outcome> write(Batch batch, Connection connection, Dialect dialect)
      throws SQLException {
    RowWriter writer = new RowWriter(connection, dialect, clock);
    for (PendingBarrier barrier : batch.barriers()) {
      writer.bar(barrier.cache(), barrier.at(clock));
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (Pending row : batch.rows()) {
      outcomes.add(writer.write(row));
    }
    return outcomes;
  }

  private boolean halve(Batch batch) {
    boolean first = write(batch.firstHalf(), COLLISIONS_IN_A_ROW);
    return write(batch.secondHalf(), COLLISIONS_IN_A_ROW) && first;
  }

  private boolean later(Batch batch, Throwable failure) {
    queue.putBack(batch);
    outage.begin(failure);
    return false;
  }

  private boolean refuse(Batch batch, Throwable failure) {
    queue.finish(batch);
    batch.barriers().forEach(barrier -> barrier.done().completeExceptionally(failure));
    for (Pending row : batch.rows()) {
      LOG.log(Level.ERROR, "The database refuses the backup of " + row.key, failure);
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
      thread.join(bound.toMillis());
    } catch (InterruptedException closedInterrupted) {
      Thread.currentThread().interrupt();
    }
    int left = queue.size();
    if (left > 0) {
      LOG.log(Level.WARNING, "Closed with {0} backups that could not be written", left);
    }
  }
}
