package dev.backstop.backup;

import dev.backstop.BackstopConfig;
import dev.backstop.clock.Stamp;
import dev.backstop.clock.StampClock;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What this process still has to write: a map by key, the highest stamp each, so that writing it
 * twice, late or in another order changes nothing. Every read of a backup asks here first.
 */
final class WriteQueue {
  private static final Logger LOG = System.getLogger("dev.backstop");

  private final StampClock clock;
  private final BackstopConfig.Queue bounds;
  private final WaitingRows waiting;
  private final Map<RowKey, Pending> writing = new HashMap<>();
  private final Map<String, PendingBarrier> waitingBarriers = new TreeMap<>();
  private final Map<String, PendingBarrier> writingBarriers = new TreeMap<>();
  private final Set<Thread> gathering = new HashSet<>();
  private boolean isUrgent;
  private long dropped;
  private boolean isShedding;
  private @Nullable Throwable end;

  WriteQueue(StampClock clock, BackstopConfig.Queue bounds) {
    this.clock = clock;
    this.bounds = bounds;
    this.waiting = new WaitingRows(clock, bounds.rows(), bounds.bytes());
  }

  /** Queues a change. Its future says what became of it. */
  synchronized CompletableFuture<Outcome> offer(RowKey key, Change change) {
    if (end != null) {
      return CompletableFuture.failedFuture(end);
    }
    Pending inFlight = writing.get(key);
    if (inFlight != null && !(change instanceof Change.Expiry) && inFlight.content != null) {
      long theirs = clock.current(inFlight.content.stamp());
      if (clock.current(change.stamp()) < theirs) {
        return CompletableFuture.completedFuture(Outcome.REFUSED);
      }
    }
    Pending pending = waiting.offer(key, change);
    if (pending == null) {
      return CompletableFuture.completedFuture(Outcome.REFUSED);
    }
    shed();
    if (!gathering.contains(Thread.currentThread()) || waiting.fillsBatch()) {
      isUrgent = true;
      notifyAll();
    }
    return pending.done;
  }

  /**
   * Lets what this thread queues meanwhile become one batch: the writer waits for the last of the
   * rows, unless they fill a batch or someone else's wait as well; nobody's rows are held back.
   */
  void together(Runnable offers) {
    synchronized (this) {
      gathering.add(Thread.currentThread());
    }
    try {
      offers.run();
    } finally {
      synchronized (this) {
        gathering.remove(Thread.currentThread());
        notifyAll();
      }
    }
  }

  private void shed() {
    List<Pending> gone = waiting.shed();
    if (gone.isEmpty()) {
      return;
    }
    String why = "The queue of backups was full (" + bounds + ")";
    if (!isShedding) {
      isShedding = true;
      LOG.log(Level.WARNING, why + ": the oldest are dropped until the database takes them again");
    }
    dropped += gone.size();
    gone.forEach(row -> row.done.completeExceptionally(new IllegalStateException(why)));
  }

  /** Queues the end of a whole cache. */
  synchronized CompletableFuture<Outcome> bar(
      String cache, @Nullable Stamp expired, @Nullable Stamp cleared) {
    if (end != null) {
      return CompletableFuture.failedFuture(end);
    }
    PendingBarrier barrier = waitingBarriers.computeIfAbsent(cache, PendingBarrier::new);
    barrier.take(expired, cleared, clock);
    notifyAll();
    return barrier.done;
  }

  /** What is queued for a key, as it will be once it is written. */
  synchronized Found find(RowKey key) {
    Backup newest = Backup.NONE;
    for (Pending pending : queued(key)) {
      newest = newest.or(pending.asBackup(clock));
    }
    Barrier barrier = Barrier.NONE;
    for (PendingBarrier pending : queued(key.cache())) {
      barrier = barrier.or(pending.at(clock));
    }
    return new Found(newest, barrier, null);
  }

  private List<Pending> queued(RowKey key) {
    return present(writing.get(key), waiting.get(key));
  }

  private List<PendingBarrier> queued(String cache) {
    return present(writingBarriers.get(cache), waitingBarriers.get(cache));
  }

  private static <T> List<T> present(@Nullable T one, @Nullable T other) {
    List<T> present = new ArrayList<>(2);
    if (one != null) {
      present.add(one);
    }
    if (other != null) {
      present.add(other);
    }
    return present;
  }

  /** What is queued for a key will be in the table when this completes. */
  synchronized CompletableFuture<?> settled(RowKey key) {
    List<CompletableFuture<?>> all = new ArrayList<>();
    queued(key.cache()).forEach(barrier -> all.add(barrier.done));
    queued(key).forEach(pending -> all.add(pending.done));
    return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new));
  }

  /** The same for a whole cache; what the database refuses will never be there. */
  synchronized CompletableFuture<?> settled(String cache) {
    return CompletableFuture.allOf(
        Stream.concat(
                queued(cache).stream().map(barrier -> barrier.done),
                rows(cache).map(row -> row.done))
            .map(done -> done.handle((outcome, refused) -> outcome))
            .toArray(CompletableFuture<?>[]::new));
  }

  /** The keys of a cache for which a value is queued. */
  synchronized Set<String> valuesOf(String cache) {
    return rows(cache)
        .filter(row -> row.content instanceof Change.Value)
        .map(row -> row.key.key())
        .collect(Collectors.toSet());
  }

  private Stream<Pending> rows(String cache) {
    return Stream.concat(writing.values().stream(), waiting.all().stream())
        .filter(row -> row.key.cache().equals(cache));
  }

  /**
   * Waits until {@code may} holds and there is something to write, and takes it; what there is, if
   * {@code end} holds.
   */
  synchronized Batch take(BooleanSupplier may, BooleanSupplier end) throws InterruptedException {
    while (!end.getAsBoolean()
        && (!may.getAsBoolean() || (!hasReadyRows() && waitingBarriers.isEmpty()))) {
      wait();
    }
    return takeNow();
  }

  private boolean hasReadyRows() {
    return waiting.hasReady() && (isUrgent || gathering.isEmpty());
  }

  /** Takes what there is, which may be nothing. What takes memory comes first. */
  synchronized Batch takeNow() {
    Batch batch = new Batch(List.copyOf(waitingBarriers.values()), waiting.next());
    batch.barriers().forEach(barrier -> writingBarriers.put(barrier.cache, barrier));
    batch.rows().forEach(row -> writing.put(row.key, row));
    waitingBarriers.clear();
    waiting.take(batch.rows());
    isUrgent = false;
    return batch;
  }

  /** Queues again whatever was taken: there was no memory to go on. */
  synchronized void takeBack() {
    writingBarriers.values().removeAll(waitingBarriers.values()); // it went no further than that
    writing.values().removeIf(row -> waiting.get(row.key) == row);
    putBack(new Batch(List.copyOf(writingBarriers.values()), List.copyOf(writing.values())));
  }

  /** Forgets a batch that is done with, whether it was written or refused. */
  synchronized void finish(Batch batch) {
    forget(batch);
    isShedding = false;
  }

  private void forget(Batch batch) {
    batch.rows().forEach(row -> writing.remove(row.key, row));
    batch.barriers().forEach(barrier -> writingBarriers.remove(barrier.cache, barrier));
  }

  /** Queues a batch again that could not be written; what came since and is higher stays. */
  synchronized void putBack(Batch batch) {
    waiting.putBack(batch.rows()); // first: it may need more memory than there is
    for (PendingBarrier old : batch.barriers()) {
      PendingBarrier newer = waitingBarriers.putIfAbsent(old.cache, old);
      if (newer != null) {
        newer.takeOlder(old, clock);
      }
    }
    forget(batch);
    shed();
  }

  /**
   * Queues rows again that someone else has locked, and leaves them out until they are released.
   */
  synchronized void hold(Batch batch) {
    for (Pending row : batch.rows()) {
      row.isHeld = true;
      row.wasHeld = true;
    }
    putBack(batch);
  }

  /** How many rows are left out. */
  synchronized int held() {
    return waiting.held();
  }

  /** Whether a row waits for someone else's lock, be it left out or tried just now. */
  synchronized boolean isHeldUp() {
    return waiting.hasOnceHeld() || writing.values().stream().anyMatch(row -> row.wasHeld);
  }

  /** Lets what was left out be tried again. */
  synchronized void release() {
    waiting.release();
    notifyAll();
  }

  /** Takes nothing any more, and tells who waits; returns how much was left. */
  int end(Throwable why) {
    List<CompletableFuture<Outcome>> left = new ArrayList<>();
    synchronized (this) {
      end = why;
      waiting.all().forEach(row -> left.add(row.done));
      writing.values().forEach(row -> left.add(row.done));
      waitingBarriers.values().forEach(barrier -> left.add(barrier.done));
      writingBarriers.values().forEach(barrier -> left.add(barrier.done));
    }
    left.forEach(done -> done.completeExceptionally(why));
    return left.size();
  }

  /** Makes {@link #take} look again. */
  synchronized void wake() {
    notifyAll();
  }

  /** How many rows and barriers are queued or being written. */
  synchronized int size() {
    return waiting.size() + waitingBarriers.size() + writing.size() + writingBarriers.size();
  }

  /** What the blobs of waiting rows take. */
  synchronized long bytes() {
    return waiting.bytes();
  }

  /** How many rows were dropped because the queue was full. */
  synchronized long dropped() {
    return dropped;
  }
}
