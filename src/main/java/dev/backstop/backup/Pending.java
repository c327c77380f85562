package dev.backstop.backup;

import dev.backstop.clock.Micros;
import dev.backstop.clock.StampClock;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What is queued for one row: the highest content, and the highest expiry. Guarded by the queue
 * while it waits.
 */
final class Pending {
  final RowKey key;
  final CompletableFuture<Outcome> done = new CompletableFuture<>();
  @Nullable Change content;
  Change.@Nullable Expiry expiry;

  /** The highest content that somebody changed, of which others have to hear. */
  @Nullable Change told;

  /** What the content, a value, took the place of: it must not be lost with the value. */
  private Change.@Nullable Removal removal;

  /** Whether it waits until someone else unlocks its row. */
  boolean isHeld;

  /** Whether it, or its batch, ever did: then nobody waits for it again. */
  boolean wasHeld;

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
    if (!change.isLoaded() && (told == null || !winsOver(told, change, clock))) {
      told = change;
    }
    boolean mineWins = content != null && winsOver(content, change, clock);
    boolean makesRow = needsRow(content) || needsRow(change);
    Change winner = mineWins ? content : change;
    // Written one by one, the earlier of them would have made a row. It keeps out what is earlier
    // still, and so a load that found nothing leaves a tombstone in its place.
    if (winner instanceof Change.Value) {
      Change loser = mineWins ? change : content;
      removal = loser instanceof Change.Removal lost ? later(removal, lost, clock) : removal;
    } else {
      removal = null;
    }
    content =
        winner instanceof Change.Removal wins && makesRow
            ? new Change.Removal(wins.stamp(), false)
            : winner;
    return !mineWins;
  }

  private static Change.Removal later(
      Change.@Nullable Removal mine, Change.Removal other, StampClock clock) {
    return mine != null && winsOver(mine, other, clock) ? mine : other;
  }

  /** What is left to write if the value is dropped; null if nothing is. */
  @Nullable Pending withoutValue() {
    if (removal == null && expiry == null) {
      return null;
    }
    Pending rest = new Pending(key);
    rest.content = removal;
    rest.expiry = expiry;
    rest.told = told;
    return rest;
  }

  boolean isValue() {
    return content instanceof Change.Value;
  }

  /** How many bytes its blob has. */
  long bytes() {
    return content instanceof Change.Value value ? value.blob().bytes().length : 0;
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

  /** Whether it is written also where there is no row. */
  boolean needsRow() {
    return needsRow(content);
  }

  /** Takes in what was queued before this, as if it had been here first; it ends as this does. */
  void takeOlder(Pending older, StampClock clock) {
    if (older.expiry != null) {
      take(older.expiry, clock);
    }
    Change newer = content;
    Change newerTold = told;
    content = older.content;
    told = older.told;
    if (older.removal != null) {
      removal = removal == null ? older.removal : later(removal, older.removal, clock);
    }
    if (newer != null) {
      take(newer, clock);
    }
    told =
        newerTold == null || (told != null && winsOver(told, newerTold, clock)) ? told : newerTold;
    wasHeld |= older.wasHeld;
    settle(older.done, done);
  }

  /** Lets {@code older} end as {@code newer} does. */
  @SuppressWarnings("FutureReturnValueIgnored") // older is what matters
  static void settle(CompletableFuture<Outcome> older, CompletableFuture<Outcome> newer) {
    newer.whenComplete(
        (outcome, failure) -> {
          if (failure != null) {
            older.completeExceptionally(failure);
          } else {
            older.complete(outcome);
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
            createdAt,
            Micros.after(createdAt, value.ttl()),
            expiredAt,
            createdAt,
            value.blob(),
            value.validators())
        : new Backup(createdAt, createdAt, expiredAt, createdAt, null);
  }
}
