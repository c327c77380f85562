package dev.backstop.fast;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.ehcache.CacheManager;
import org.jspecify.annotations.Nullable;

/**
 * The connection of one Backstop with a Terracotta server. A thread of its own makes it, and asks
 * each second whether what is out works again: so of callers only those wait for the server who
 * asked it while it died. Without a cache that needs it there is neither thread nor connection.
 */
public final class Cluster implements AutoCloseable {
  private static final long MEND_EVERY_MILLIS = 1_000;

  private final URI uri;
  private final Duration timeout;
  private final ThreadFactory threads;
  private final List<ClusterTier> tiers = new CopyOnWriteArrayList<>();
  private @Nullable ScheduledThreadPoolExecutor mender;
  private @Nullable CacheManager manager; // the mender's alone

  /**
   * One that is not yet made.
   *
   * @param timeout the longest that one call waits for the server
   */
  public Cluster(URI uri, Duration timeout, ThreadFactory threads) {
    this.uri = uri;
    this.timeout = timeout;
    this.threads = threads;
  }

  /** Opens the tier of a cache. If the server does not answer in time, it is out for now. */
  ClusterTier open(String cacheName, long bytes) {
    ClusterTier tier = new ClusterTier(cacheName, bytes, timeout);
    boolean isFirst = tiers.isEmpty();
    tiers.add(tier);
    Future<?> mended = mender().submit(this::mend);
    if (isFirst || tiers.stream().anyMatch(other -> !other.isOut())) { // else it has just failed
      await(mended);
    }
    return tier;
  }

  private synchronized ScheduledThreadPoolExecutor mender() {
    ScheduledThreadPoolExecutor running = mender;
    if (running == null) {
      running = new ScheduledThreadPoolExecutor(1, threads);
      Future<?> unused =
          running.scheduleWithFixedDelay(
              this::mend, MEND_EVERY_MILLIS, MEND_EVERY_MILLIS, TimeUnit.MILLISECONDS);
      mender = running;
    }
    return running;
  }

  private void await(Future<?> task) {
    try {
      task.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException notYet) {
      // Whoever meets the tier meanwhile goes without it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new AssertionError("Mending tells its failures to the tiers", e);
    }
  }

  private void mend() {
    for (ClusterTier tier : tiers) {
      if (tier.isOut()) {
        tier.mend(this::manager, uri);
      }
    }
  }

  private CacheManager manager() {
    CacheManager connected = manager;
    if (connected == null) {
      connected = Terracotta.connect(uri, timeout);
      manager = connected;
    }
    return connected;
  }

  /** Closes what it opened; if the server does not answer, not for longer than one call waits. */
  @Override
  public synchronized void close() {
    ScheduledThreadPoolExecutor running = mender;
    if (running != null && !running.isShutdown()) {
      tiers.forEach(ClusterTier::close);
      Future<?> closed = running.submit(this::disconnect);
      running.shutdown();
      await(closed);
    }
  }

  private void disconnect() {
    CacheManager connected = manager;
    if (connected != null) {
      connected.close();
    }
  }
}
