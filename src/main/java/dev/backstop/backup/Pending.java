package dev.backstop.backup;

import dev.backstop.clock.Micros;
import dev.backstop.clock.StampClock;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What is queued for one row: the highest content, and the highest expiry. Guarded by the queue.
 */
final class Pending {
  final RowKey key;
  final CompletableFuture<Outcome> done = new CompletableFuture<>();
  @Nullable Change content;
  Change.@Nullable Expiry expiry;

  Pending(RowKey key) {
    this.key = key;
  }

  /** Takes a change in; returns false if something higher is here. */
  boolean take(Change change, StampClock clock) {
    if (change instanceof Change.Expiry later) {
      if (expiry == null || clock.current(later.stamp()) > clock.current(expiry.stamp())) {
        expiry = later;
      }
      return true;
    }
    boolean mineWins = content != null && winsOver(content, change, clock);
    boolean makesRow = needsRow(content) || needsRow(change);
    Change winner = mineWins ? content : change;
    // Written one by one, the earlier of them would have made a row. It keeps out what is earlier
    // still, and so a load that found nothing leaves a tombstone in its place.
    content =
        winner instanceof Change.Removal removal && makesRow
            ? new Change.Removal(removal.stamp(), false)
            : winner;
    return !mineWins;
  }

  private static boolean winsOver(Change mine, Change other, StampClock clock) {
    long stamp = clock.current(mine.stamp());
    long theirs = clock.current(other.stamp());
    return theirs < stamp || (theirs == stamp && other instanceof Change.Value);
  }

  /** Whether it is written also where there is no row; not so a load that found nothing. */
  private static boolean needsRow(@Nullable Change change) {
    return change != null && !(change instanceof Change.Removal removal && removal.onlyIfPresent());
  }

  /** Takes in what was queued before this, as if it had been here first. */
  void takeOlder(Pending older, StampClock clock) {
    if (older.expiry != null) {
      take(older.expiry, clock);
    }
    Change newer = content;
    content = older.content;
    if (newer != null) {
      take(newer, clock);
    }
  }

  /** What becomes of this is what became of {@code older}, which this has taken in. */
  @SuppressWarnings("FutureReturnValueIgnored") // older.done is what matters
  void alsoSettles(Pending older) {
    done.whenComplete(
        (outcome, failure) -> {
          if (failure != null) {
            older.done.completeExceptionally(failure);
          } else {
            older.done.complete(outcome);
          }
        });
  }

  /** What this will be once it is in the table. */
  Backup asBackup(StampClock clock) {
    long expiredAt = expiry == null ? Long.MIN_VALUE : clock.current(expiry.stamp());
    if (content == null) {
      return new Backup(Long.MIN_VALUE, 0, expiredAt, 0, null);
    }
    long createdAt = clock.current(content.stamp());
    return content instanceof Change.Value value
        ? new Backup(
            createdAt, Micros.after(createdAt, value.ttl()), expiredAt, createdAt, value.blob())
        : new Backup(createdAt, createdAt, expiredAt, createdAt, null);
  }
}
