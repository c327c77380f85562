package dev.backstop.backup;

import dev.backstop.clock.Stamp;
import dev.backstop.clock.StampClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What this process still has to write: a map by key, the highest stamp each, so that writing it
 * twice, late or in another order changes nothing. Every read of a backup asks here first.
 */
final class WriteQueue {
  private static final int ROWS_PER_BATCH = 256;

  private final StampClock clock;
  private final Map<RowKey, Pending> waiting = new LinkedHashMap<>();
  private final Map<RowKey, Pending> writing = new HashMap<>();
  private final List<PendingBarrier> waitingBarriers = new ArrayList<>();
  private List<PendingBarrier> writingBarriers = List.of();

  WriteQueue(StampClock clock) {
    this.clock = clock;
  }

  /** Queues a change. Its future says what became of it. */
  synchronized CompletableFuture<Outcome> offer(RowKey key, Change change) {
    Pending inFlight = writing.get(key);
    if (inFlight != null && !(change instanceof Change.Expiry) && inFlight.content != null) {
      long theirs = clock.current(inFlight.content.stamp());
      if (clock.current(change.stamp()) < theirs) {
        return CompletableFuture.completedFuture(Outcome.REFUSED);
      }
    }
    Pending pending = waiting.computeIfAbsent(key, Pending::new);
    if (!pending.take(change, clock)) {
      return CompletableFuture.completedFuture(Outcome.REFUSED);
    }
    notifyAll();
    return pending.done;
  }

  /** Queues the end of a whole cache. */
  synchronized CompletableFuture<Outcome> bar(
      String cache, @Nullable Stamp expired, @Nullable Stamp cleared) {
    PendingBarrier barrier = new PendingBarrier(cache, expired, cleared, new CompletableFuture<>());
    waitingBarriers.add(barrier);
    notifyAll();
    return barrier.done();
  }

  /** What is queued for a key, as it will be once it is written. */
  synchronized Found find(RowKey key) {
    Backup newest = Backup.NONE;
    for (Map<RowKey, Pending> queued : List.of(writing, waiting)) {
      Pending pending = queued.get(key);
      if (pending != null) {
        newest = newest.or(pending.asBackup(clock));
      }
    }
    Barrier barrier = Barrier.NONE;
    for (List<PendingBarrier> queued : List.of(writingBarriers, waitingBarriers)) {
      for (PendingBarrier pending : queued) {
        if (pending.cache().equals(key.cache())) {
          barrier = barrier.or(pending.at(clock));
        }
      }
    }
    return new Found(newest, barrier, null);
  }

  /** What is queued for a key will be in the table when this completes. */
  synchronized CompletableFuture<?> settled(RowKey key) {
    List<CompletableFuture<?>> all = new ArrayList<>();
    waitingBarriers.forEach(barrier -> all.add(barrier.done()));
    writingBarriers.forEach(barrier -> all.add(barrier.done()));
    for (Map<RowKey, Pending> queued : List.of(writing, waiting)) {
      Pending pending = queued.get(key);
      if (pending != null) {
        all.add(pending.done);
      }
    }
    return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new));
  }

  /**
   * Waits until {@code may} holds and there is something to write, and takes it; what there is, if
   * {@code end} holds.
   */
  synchronized Batch take(BooleanSupplier may, BooleanSupplier end) throws InterruptedException {
    while (!end.getAsBoolean()
        && (!may.getAsBoolean() || (waiting.isEmpty() && waitingBarriers.isEmpty()))) {
      wait();
    }
    return takeNow();
  }

  /** Takes what there is, which may be nothing. */
  synchronized Batch takeNow() {
    writingBarriers = List.copyOf(waitingBarriers);
    waitingBarriers.clear();
    List<Pending> rows =
        waiting.values().stream()
            .limit(ROWS_PER_BATCH)
            .sorted((one, other) -> one.key.compareTo(other.key))
            .toList();
    for (Pending row : rows) {
      waiting.remove(row.key);
      writing.put(row.key, row);
    }
    return new Batch(writingBarriers, rows);
  }

  /** Forgets a batch that is done with, whether it was written or refused. */
  synchronized void finish(Batch batch) {
    batch.rows().forEach(row -> writing.remove(row.key, row));
    writingBarriers =
        writingBarriers.stream().filter(barrier -> !batch.barriers().contains(barrier)).toList();
  }

  /** Queues a batch again that could not be written; what came since and is higher stays. */
  synchronized void putBack(Batch batch) {
    finish(batch);
    waitingBarriers.addAll(0, batch.barriers());
    for (Pending old : batch.rows()) {
      Pending newer = waiting.putIfAbsent(old.key, old);
      if (newer == null) {
        continue;
      }
      newer.takeOlder(old, clock);
      newer.alsoSettles(old);
    }
  }

  /** Makes {@link #take} look again. */
  synchronized void wake() {
    notifyAll();
  }

  /** How many rows and barriers are queued or being written. */
  synchronized int size() {
    return waiting.size() + waitingBarriers.size() + writing.size() + writingBarriers.size();
  }
}
