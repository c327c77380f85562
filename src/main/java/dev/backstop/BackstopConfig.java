package dev.backstop;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What {@link BackstopBuilder} was told, checked. Not for applications.
 *
 * @param dataSource the database, or null to open a pool on {@code jdbcUrl}
 * @param clock rules every stamp and expiry in the database's place; null outside tests
 * @param executor runs loads that need another thread; null for threads of our own
 * @param threadFactory makes our threads; null for plain ones
 * @param codec null for JSON
 * @param persistenceProvider null for whichever is there
 * @param transactions null where only those count that are driven by hand
 * @param heardWithin null where this process is alone
 * @param diskDirectory null where no cache has a part on disk
 * @param ehcacheCluster null where none has a part on a Terracotta server
 */
public record BackstopConfig(
    @Nullable DataSource dataSource,
    @Nullable String jdbcUrl,
    @Nullable String username,
    @Nullable String password,
    int poolSize,
    String namespace,
    boolean migrate,
    boolean failFast,
    Duration backupTimeout,
    @Nullable Codec codec,
    @Nullable InstantSource clock,
    @Nullable Executor executor,
    @Nullable ThreadFactory threadFactory,
    @Nullable String persistenceProvider,
    @Nullable Transactions transactions,
    Durability durability,
    @Nullable Duration heardWithin,
    @Nullable Path diskDirectory,
    @Nullable URI ehcacheCluster,
    Queue queue,
    Culling culling) {
  /**
   * How much may wait to be written.
   *
   * @param rows how many keys
   * @param bytes what their values may take together
   */
  public record Queue(int rows, long bytes) {
    @Override
    public String toString() {
      return rows + " rows or " + bytes + " bytes";
    }
  }

  /**
   * When backups are deleted.
   *
   * @param idleAfter the idle time
   * @param every how often
   * @param afterGets after how many gets as well; 0: never
   * @param tombstoneFor how long the trace of a removal is kept
   */
  public record Culling(
      Duration idleAfter, Duration every, long afterGets, Duration tombstoneFor) {}

  /** Makes daemon threads of ours, whose names say what they are for. */
  public ThreadFactory threads(String purpose) {
    return named(purpose, threadFactory == null ? BackstopConfig::plain : threadFactory);
  }

  /** The same, but plain ones where the application makes none any more: for what has to end. */
  public ThreadFactory threadsInAnyCase(String purpose) {
    ThreadFactory given = threads(purpose);
    ThreadFactory own = named(purpose + "-end", BackstopConfig::plain);
    return task -> {
      try {
        return given.newThread(task);
      } catch (RejectedExecutionException shutDown) {
        return own.newThread(task);
      }
    };
  }

  private static ThreadFactory named(String purpose, ThreadFactory factory) {
    AtomicInteger started = new AtomicInteger();
    return task -> {
      Thread thread = newThread(factory, task);
      thread.setName("backstop-" + purpose + "-" + started.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * One that has nothing of the thread that happens to need it: neither what that inherits to
   * others, nor its class loader, which does not see this jar on every server.
   */
  private static Thread plain(Runnable task) {
    Thread thread = new Thread(null, task, "backstop", 0, false);
    thread.setContextClassLoader(BackstopConfig.class.getClassLoader());
    return thread;
  }

  private static Thread newThread(ThreadFactory factory, Runnable task) {
    Thread thread;
    try {
      thread = factory.newThread(task);
    } catch (Throwable shutDown) { // as a container's does that undeploys us
      throw new RejectedExecutionException("threadFactory makes no threads", shutDown);
    }
    if (thread == null) {
      throw new RejectedExecutionException("threadFactory makes no threads");
    }
    return thread;
  }

  /** Leaves out the password, and the URL, which may hold one. */
  @Override
  public String toString() {
    return "BackstopConfig[namespace=" + namespace + ", backupTimeout=" + backupTimeout + "]";
  }
}
