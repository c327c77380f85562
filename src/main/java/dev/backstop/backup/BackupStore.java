package dev.backstop.backup;

import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.BackstopConfig;
import dev.backstop.BackupFilter;
import dev.backstop.BackupUnavailableException;
import dev.backstop.CullReport;
import dev.backstop.WriteReport;
import dev.backstop.clock.Stamp;
import dev.backstop.clock.StampClock;
import jakarta.persistence.spi.PersistenceProvider;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The backups, as the core sees them. No method throws for trouble of the database except where it
 * says so.
 */
public final class BackupStore implements AutoCloseable {
  private final @Nullable HikariDataSource pool;
  private final Duration bound;
  private final StampClock clock;
  private final Outage outage = new Outage();
  private final AccessNotes notes = new AccessNotes();
  private final Shelter shelter;
  private final WriteQueue queue;
  private final Reads reads;
  private final Selector selector;
  private final Pulse pulse;
  private final Writer writer;
  private final DirectWrites direct;
  private final Hearing hearing;
  private final SharedFlights flights;
  private final Culler culler;
  private final CullSchedule culls;
  private volatile boolean isClosing;

  /**
   * Opens the backups.
   *
   * @throws dev.backstop.BackupSchemaException if the tables are not as they must be
   * @throws BackupUnavailableException if the database does not answer and failFast is set
   * @throws IllegalStateException if there is no provider of Jakarta Persistence
   */
  public BackupStore(BackstopConfig config, StampClock clock) {
    this.clock = clock;
    bound = config.backupTimeout();
    PersistenceProvider provider = provider(config);
    pool = config.jdbcUrl() == null ? null : Pool.open(config.jdbcUrl(), config);
    DataSource dataSource = pool != null ? pool : WrappedDataSource.bounded(config);
    shelter = new Shelter(config);
    pulse = new Pulse(dataSource, config, provider, clock, outage);
    queue = new WriteQueue(clock, config.queue());
    reads = new Reads(queue, pulse::database, shelter, outage);
    selector = new Selector(pulse::database, shelter, outage);
    writer = new Writer(queue, pulse::database, outage, clock, config);
    culler = new Culler(config, clock, notes);
    direct = new DirectWrites(shelter, outage);
    hearing = new Hearing(pulse::database, clock, config);
    flights = new SharedFlights(pulse::database, direct, clock, config);
    culls = new CullSchedule(culler, pulse::database, outage, config);
    clock.onStepBack(notes::clear);
    clock.onStepBack(() -> culls.clockWasSetBack(clock.earliest()));
    try {
      pulse.first(shelter);
      writer.start();
      pulse.start(writer, culls);
      culls.start();
    } catch (RuntimeException | Error failure) {
      close();
      throw failure;
    }
  }

  private static PersistenceProvider provider(BackstopConfig config) {
    try {
      return Providers.find(config.persistenceProvider());
    } catch (NoClassDefFoundError withoutApi) { // not even Jakarta Persistence itself is there
      throw new IllegalStateException(Providers.NONE, withoutApi);
    }
  }

  /**
   * Returns the newest that is queued here or in the table, in one read; in two if there is none
   * and {@code inHand}, that is, if the caller has a copy that a clear would have ended.
   */
  public Found find(RowKey key, boolean inHand) {
    return reads.find(key, inHand);
  }

  /** The same for many keys of one cache, by one read for many of them. */
  public Map<RowKey, Found> findAll(Collection<RowKey> keys, boolean inHand) {
    return reads.findAll(keys, inHand);
  }

  /**
   * Selects what is meant among the rows of a cache that stand next to each other, from a position
   * on, which is null for the first. Of what is queued it knows nothing.
   *
   * @throws IllegalArgumentException if the database can't be asked so
   * @throws BackupUnavailableException if the database does not answer
   */
  public Selected select(String cache, BackupFilter which, @Nullable String from) {
    return selector.select(cache, which, from);
  }

  /** The keys of a cache for which a value is queued here. */
  public Set<String> queuedValues(String cache) {
    return queue.valuesOf(cache);
  }

  /**
   * Waits until what is queued for a cache is in the table, but for what that refuses.
   *
   * @throws BackupUnavailableException if it was not there within the bound
   */
  public void flush(String cache) {
    if (!await(queue.settled(cache))) {
      throw new BackupUnavailableException(
          "What is queued for " + cache + " was not written within " + bound, outage.cause());
    }
  }

  /** Limits what a cull leaves of a cache. */
  public void limit(String cache, long rows, long bytes) {
    culler.limit(cache, new CacheLimit(rows, bytes));
  }

  /** Notes that a get was answered by this row, or by a copy of it. */
  public void noteAccess(RowKey key, long at) {
    notes.note(key, at);
  }

  /** Counts a get, where the number of gets is to trigger a cull. */
  public void countGet() {
    culls.countGet();
  }

  /**
   * Culls now.
   *
   * @throws BackupUnavailableException if the database does not answer
   */
  public CullReport cullNow() {
    return culls.cullNow();
  }

  /**
   * Says what a cull would delete.
   *
   * @throws BackupUnavailableException if the database does not answer
   */
  public CullReport cullPreview() {
    return culls.preview();
  }

  /** Says what became of writes, and what waits. */
  public WriteReport writes() {
    return new WriteReport(
        queue.size(), queue.bytes(), writer.written(), queue.dropped(), writer.refused());
  }

  /** Queues a change; the future says what became of it. */
  public CompletableFuture<Outcome> write(RowKey key, Change change) {
    return queue.offer(key, change);
  }

  /** Does what queues many changes, so that they are one batch and not the first of them alone. */
  public void together(Runnable writes) {
    queue.together(writes);
  }

  /** Queues the end of a whole cache; the future completes when it is in the table. */
  public CompletableFuture<Outcome> bar(
      String cache, @Nullable Stamp expired, @Nullable Stamp cleared) {
    return queue.bar(cache, expired, cleared);
  }

  /**
   * Stores a value if nothing fresh is there; says REFUSED if there is.
   *
   * @throws BackupUnavailableException if the database did not decide it within the bound
   */
  public Outcome add(RowKey key, Change.Value value) {
    boolean isSettled = await(queue.settled(key));
    return direct.write(
        "Adding " + key + " was not decided",
        isSettled ? pulse.database() : null,
        open -> open.add(key, value, clock));
  }

  /** Tells other nodes of a change of which no row tells; throws what an add does. */
  public void tell(News news) {
    if (hearing.isOn()) {
      direct.write("Other nodes were not told", pulse.database(), open -> open.tell(news, clock));
    }
  }

  /** Has a listener take what others change, if they are heard; null if some may be missed. */
  public void hear(Consumer<@Nullable List<News>> listener) {
    hearing.start(listener);
  }

  /** The loads that nodes share. */
  public SharedFlights flights() {
    return flights;
  }

  /** Whether other nodes' changes are heard, up to the bound; or nobody else is listened to. */
  public boolean isInformed() {
    return hearing.isReliable();
  }

  /**
   * Waits for what is queued, for the bound at most; returns whether it is in the table. An
   * interrupt does not end so short a wait: it is kept for whoever waits longer.
   */
  public boolean await(CompletableFuture<?> change) {
    long end = System.nanoTime() + bound.toNanos();
    boolean wasInterrupted = false;
    try {
      while (!change.isDone() && !outage.isOut()) {
        try {
          CompletableFuture.anyOf(change, outage.next())
              .get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException kept) {
          wasInterrupted = true;
        }
      }
    } catch (TimeoutException missed) {
      if (!queue.isHeldUp() || writer.isStuck()) { // or the row is locked, and others are written
        outage.begin(missed);
      }
    } catch (ExecutionException refused) {
      return false;
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
    return change.isDone() && !change.isCompletedExceptionally();
  }

  /** The longest that one call waits, in nanoseconds. */
  public long boundNanos() {
    return bound.toNanos();
  }

  /** Says that a change was not durable within the bound, or was refused by the database. */
  public BackupUnavailableException unavailable(String what, CompletableFuture<?> change) {
    return outage.unavailable(what, change, isClosing ? null : bound);
  }

  /** Writes what is queued, for the bound at most, and closes what this opened. */
  @Override
  public void close() {
    isClosing = true;
    hearing.close();
    culls.close();
    pulse.stop();
    writer.close();
    flights.close();
    outage.close();
    shelter.close();
    pulse.close();
    if (pool != null) {
      pool.close();
    }
  }
}
