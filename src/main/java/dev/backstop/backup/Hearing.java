package dev.backstop.backup;

import dev.backstop.BackstopConfig;
import dev.backstop.clock.StampClock;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hears what other nodes tell, on a thread and a connection of its own, and knows whether it can
 * rely on having heard all. It asks again and again; a bell, where the database has one, only makes
 * it ask sooner. Who has not asked with success within the bound is deaf.
 */
final class Hearing implements AutoCloseable {
  private static final Logger LOG = System.getLogger("dev.backstop");

  /** How many questions fit into the bound, so that one that is lost makes nobody deaf. */
  private static final int QUESTIONS = 4;

  /** How long it may take to notice that it is to stop. */
  private static final Duration WAKEFUL = Duration.ofMillis(100);

  private final Supplier<@Nullable Database> database;
  private final StampClock clock;
  private final @Nullable Duration within;
  private final long nanos;
  private final Duration patience;
  private final ThreadFactory threads;
  private final CountDownLatch first = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private Consumer<@Nullable List<News>> listener = news -> {};
  private @Nullable Thread thread;

  /** Whether what was heard was not taken in; for its own thread. */
  private boolean isTorn;

  private volatile boolean hasHeard;

  /** When the last question was asked that was answered, by the monotonic clock. */
  private volatile long heardAt;

  /** Not yet begun. */
  Hearing(Supplier<@Nullable Database> database, StampClock clock, BackstopConfig config) {
    this.database = database;
    this.clock = clock;
    this.within = config.heardWithin();
    this.nanos = within == null ? 0 : within.toNanos();
    this.patience = config.backupTimeout();
    this.threads = config.threads("ear");
  }

  /** Whether anybody is heard. */
  boolean isOn() {
    return within != null;
  }

  /** Whether all is heard that was committed longer ago than the bound, or nothing has to be. */
  boolean isReliable() {
    return within == null || (hasHeard && System.nanoTime() - heardAt <= nanos);
  }

  /**
   * Begins, if anybody is to be heard, and waits for the first answer if the database is there.
   *
   * @param by takes what was heard, or null if that can't be known, on the one thread
   */
  void start(Consumer<@Nullable List<News>> by) {
    if (within == null) {
      return;
    }
    listener = by;
    Thread made = threads.newThread(this::run);
    made.start();
    thread = made;
    try {
      if (database.get() != null && !first.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        return; // deaf until it comes
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!isStopped()) {
      try {
        Database open = database.get();
        NewsTable table = open == null ? null : open.news;
        if (open != null && table != null) {
          open.stay(connection -> listen(table, connection));
        } else {
          pause();
        }
      } catch (Throwable deaf) { // the pulse says what is wrong, and nobody relies on us
        LOG.log(Level.DEBUG, "Other nodes could not be heard", deaf);
        pause();
      }
    }
  }

  /** Until it fails, or is stopped. */
  private NewsTable listen(NewsTable table, Connection connection) throws SQLException {
    try (NewsTable.Bell bell = table.bell(connection)) { // first: what comes later makes it ring
      while (!isStopped()) {
        hear(table, connection);
        if (bell == null) {
          pause();
        } else {
          await(bell);
        }
      }
    }
    return table;
  }

  private void hear(NewsTable table, Connection connection) throws SQLException {
    long asked = System.nanoTime();
    boolean isTooLate = hasHeard && asked - heardAt > table.memory().toNanos();
    List<News> news = table.read(connection, clock.now());
    boolean wasTorn = isTorn;
    isTorn = true; // what was read is not read again
    if (wasTorn || isTooLate || news == null) {
      listener.accept(null);
    } else if (!news.isEmpty()) {
      listener.accept(news);
    }
    isTorn = false;
    heardAt = asked; // last: who relies on it finds all done
    hasHeard = true;
    first.countDown();
  }

  private boolean isStopped() {
    return stopped.getCount() == 0;
  }

  private void await(NewsTable.Bell bell) throws SQLException {
    long end = System.nanoTime() + nanos / QUESTIONS;
    while (!isStopped() && System.nanoTime() < end && !bell.await(WAKEFUL)) {
      // Not yet.
    }
  }

  private void pause() {
    try {
      boolean unused = stopped.await(nanos / QUESTIONS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException nobodyElseKnowsThisThread) {
      stopped.countDown();
    }
  }

  /** Ends it, once the question that is under way is answered. */
  @Override
  public void close() {
    stopped.countDown();
    Thread started = thread;
    try {
      if (started != null) {
        started.join(patience.plusNanos(nanos).toMillis()); // an interrupt would close an H2's file
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
