package dev.backstop.core;

import dev.backstop.BackupReads;
import dev.backstop.CacheTier;
import dev.backstop.Policy;
import dev.backstop.clock.Micros;
import dev.backstop.clock.Stamp;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A policy with nothing left open: what one get goes by. Microseconds, but for the timeouts.
 *
 * @param maxStale {@code Long.MAX_VALUE} if there is none
 * @param softNanos {@code Long.MAX_VALUE} if there is none
 * @param hardNanos {@code Long.MAX_VALUE} if there is none
 * @param floor when the caller's transaction was met, or null: what is loaded may be as old as that
 */
record Terms(
    long ttl,
    long jitter,
    long maxStale,
    long softNanos,
    long hardNanos,
    double standInFor,
    long standInAtMost,
    Predicate<? super Exception> standInOn,
    BackupReads backupReads,
    Question question,
    Set<String> unread,
    Set<String> unwritten,
    @Nullable Stamp floor) {

  /** Completes {@code policy}, which has all that {@link Policy#DEFAULTS} sets. */
  static Terms of(Policy policy) {
    return new Terms(
        Micros.of(Objects.requireNonNull(policy.ttl())),
        policy.jitter() == null ? 0 : Micros.of(policy.jitter()),
        policy.maxStale() == null ? Long.MAX_VALUE : Micros.of(policy.maxStale()),
        nanos(policy.softTimeout()),
        nanos(policy.hardTimeout()),
        Objects.requireNonNull(policy.standInFor()),
        Micros.of(Objects.requireNonNull(policy.standInAtMost())),
        Objects.requireNonNull(policy.standInOn()),
        Objects.requireNonNull(policy.backupReads()),
        Question.of(policy),
        Objects.requireNonNull(policy.unread()),
        Objects.requireNonNull(policy.unwritten()),
        null);
  }

  /** Whether a copy in the heap may answer. */
  boolean readsHeap() {
    return !unread.contains(CacheTier.HEAP);
  }

  /** Whether a backup may answer or stand in. */
  boolean readsBackups() {
    return !unread.contains(CacheTier.BACKUPS);
  }

  /** Whether what is loaded is backed up. */
  boolean writesBackups() {
    return !unwritten.contains(CacheTier.BACKUPS);
  }

  /**
   * These, for a load on the caller's thread by a transaction that has hidden something.
   *
   * @param between the names of the tiers between the heap and the backups
   */
  Terms alone(WriteSet.Hidden hidden, String[] between) {
    Set<String> past = new HashSet<>(unread);
    if (hidden != WriteSet.Hidden.NOTHING) {
      past.addAll(Arrays.asList(between));
    }
    if (hidden == WriteSet.Hidden.VALUE) {
      past.addAll(List.of(CacheTier.HEAP, CacheTier.BACKUPS));
    }
    return new Terms(
        ttl,
        jitter,
        maxStale,
        Long.MAX_VALUE,
        Long.MAX_VALUE,
        standInFor,
        standInAtMost,
        standInOn,
        hidden == WriteSet.Hidden.NOTHING ? backupReads : BackupReads.ON_FAILURE,
        question,
        past,
        unwritten,
        floor);
  }

  /** These, in a transaction that was met then. */
  Terms within(Stamp transaction) {
    return new Terms(
        ttl,
        jitter,
        maxStale,
        softNanos,
        hardNanos,
        standInFor,
        standInAtMost,
        standInOn,
        backupReads,
        question,
        unread,
        unwritten,
        transaction);
  }

  /** What a copy from a tier fills that has so many above it. */
  Reach reach(int depth) {
    return new Reach(depth, unwritten);
  }

  /** What a load fills. */
  Reach reach() {
    return reach(Integer.MAX_VALUE);
  }

  private static long nanos(@Nullable Duration timeout) {
    // Past 292 years, nanoseconds overflow: nobody will see the difference.
    return timeout == null || timeout.toDays() > 36_500 ? Long.MAX_VALUE : timeout.toNanos();
  }

  /** Whether the load must not hold up the caller's thread for ever. */
  boolean hasTimeout() {
    return softNanos != Long.MAX_VALUE || hardNanos != Long.MAX_VALUE;
  }

  /** A ttl, shortened at random for one load where there is jitter. */
  long ttlOfOneLoad(long length) {
    long most = Math.min(jitter, length / 2);
    return most == 0 ? length : length - ThreadLocalRandom.current().nextLong(most + 1);
  }

  /** Whether what was stamped {@code createdAt} may still stand in. */
  boolean mayStandIn(long createdAt, long now) {
    return now - createdAt <= maxStale;
  }

  /** The end of the stand-in time: a fraction of the ttl, and at most standInAtMost. */
  long standInUntil(long now) {
    return Micros.after(now, Math.min((long) (ttl * standInFor), standInAtMost));
  }

  /** The same for a value of that stamp: no later than maxStale leaves it. */
  long notStale(long createdAt, long until) {
    return maxStale == Long.MAX_VALUE ? until : Math.min(until, Micros.after(createdAt, maxStale));
  }

  /** Asks the user's predicate; one that throws accepts nothing, and its exception is not lost. */
  boolean standsInOn(Exception failure) {
    try {
      return standInOn.test(failure);
    } catch (Throwable broken) {
      Suppressed.attach(failure, broken);
      return false;
    }
  }
}
