package dev.backstop.backup;

import dev.backstop.BackstopConfig;
import dev.backstop.BackupSchemaException;
import dev.backstop.BackupUnavailableException;
import dev.backstop.clock.IntervalClock;
import dev.backstop.clock.Sample;
import dev.backstop.clock.StampClock;
import jakarta.persistence.spi.PersistenceProvider;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Asks the database for its time, which samples its clock and tells whether it is there. While the
 * backups are out, this is the probe that brings them back.
 */
final class Pulse implements AutoCloseable {
  private static final Duration BEAT = Duration.ofSeconds(1);

  /**
   * What H2 in this process may take for its first connection, which loads its classes and opens
   * its file: longer than anyone waits for another. Past a network, what is so late hangs.
   */
  private static final Duration FIRST = Duration.ofSeconds(10);

  /** How long the first start waits for it, and for who else migrates. */
  private static final Duration MIGRATION = Duration.ofHours(1);

  private final DataSource dataSource;
  private final BackstopConfig config;
  private final StampClock clock;
  private final Outage outage;
  private final PersistenceProvider provider;
  private final ThreadFactory threads;

  /** One of our own: an executor's does not outlive a heap that was full. */
  private @Nullable Thread thread;

  private boolean isStopped;
  private volatile @Nullable Database database;

  Pulse(
      DataSource dataSource,
      BackstopConfig config,
      PersistenceProvider provider,
      StampClock clock,
      Outage outage) {
    this.dataSource = dataSource;
    this.config = config;
    this.clock = clock;
    this.outage = outage;
    this.provider = provider;
    threads = config.threads("pulse");
  }

  /** The database, or null if it never answered yet. */
  @Nullable Database database() {
    return database;
  }

  /**
   * Connects, if the database answers. A data source that was given may look for it for long; our
   * own pool has a bound, and then says what it met.
   */
  void first(Shelter shelter) {
    try {
      Dialect dialect = shelter.first(this::firstDialect, config.backupTimeout());
      shelter.first(() -> connect(dialect), MIGRATION);
    } catch (BackupSchemaException | IllegalStateException wrong) {
      throw wrong;
    } catch (Exception absent) {
      if (config.failFast()) {
        throw new BackupUnavailableException(
            "The backups' database does not answer: " + Outage.why(absent), absent);
      }
      outage.begin(absent);
    }
  }

  void start(Writer writer, CullSchedule culls) {
    Thread made = threads.newThread(() -> run(writer, culls));
    made.start();
    thread = made;
  }

  private void run(Writer writer, CullSchedule culls) {
    try {
      while (!waitForTheNext()) {
        try {
          beat(writer);
          culls.revive();
        } catch (Throwable noMemoryEvenToSay) {
          // The next beat may have it.
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether it was stopped meanwhile. */
  private synchronized boolean waitForTheNext() throws InterruptedException {
    long end = System.nanoTime() + BEAT.toNanos();
    for (long left = BEAT.toMillis(); !isStopped && left > 0; ) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
    return isStopped;
  }

  private void beat(Writer writer) {
    try {
      if (database == null) {
        connect(dialect());
      } else if (outage.isOut() || clock instanceof IntervalClock) {
        sample();
      }
      Database connected = database;
      if (connected != null && outage.isOut()) {
        connected.probe();
        outage.answered();
      }
      if (!writer.isStuck()) {
        writer.probe();
      }
    } catch (OutOfMemoryError here) {
      // It says nothing of the database, and the next beat may have room.
    } catch (Throwable failure) { // the beat must go on
      outage.begin(failure);
    }
  }

  private Dialect firstDialect() throws SQLException {
    boolean mayBeCold = Pool.isInThisProcess(config.jdbcUrl());
    long end = System.nanoTime() + FIRST.toNanos();
    while (true) {
      try {
        return dialect();
      } catch (SQLException failure) {
        if (!mayBeCold || !isStillConnecting(failure) || System.nanoTime() > end) {
          throw failure;
        }
      }
    }
  }

  /** Whether our pool's patience ended while its first attempt went on, and none had failed. */
  private static boolean isStillConnecting(SQLException failure) {
    return failure.getCause() instanceof SQLTransientConnectionException late
        && late.getCause() == null;
  }

  private Dialect dialect() throws SQLException {
    try (Connection connection =
        new Connections(dataSource, config.backupTimeout(), false).open()) {
      return Dialect.of(connection);
    }
  }

  private Database connect(Dialect dialect) throws SQLException {
    Database connected = Database.connect(dataSource, dialect, config, provider);
    database = connected;
    sample();
    return connected;
  }

  private void sample() throws SQLException {
    Database connected = database;
    if (connected != null) {
      Sample sample = connected.time();
      if (clock instanceof IntervalClock interval) {
        interval.add(sample);
      }
    }
  }

  /** Ends the beat. */
  void stop() {
    synchronized (this) {
      isStopped = true;
      notifyAll();
    }
    Thread started = thread;
    try {
      if (started != null) {
        started.join(config.backupTimeout().toMillis()); // an interrupt would close an H2's file
        started.interrupt();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
    Database open = database;
    if (open != null) {
      open.close();
    }
  }
}
