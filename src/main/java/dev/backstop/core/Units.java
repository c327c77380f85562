package dev.backstop.core;

import dev.backstop.CacheTransaction;
import dev.backstop.ChangeNotes;
import dev.backstop.Lender;
import dev.backstop.Transactions;
import dev.backstop.backup.Once;
import dev.backstop.clock.Stamp;
import dev.backstop.clock.StampClock;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The transactions that this Backstop knows of: which one a thread is in, and which are open. */
final class Units {
  private static final Logger LOG = System.getLogger("dev.backstop");

  private final @Nullable Transactions surrounding;
  private final StampClock clock;
  private final Set<UnitOfWork> open = ConcurrentHashMap.newKeySet();

  @SuppressWarnings("ThreadLocalUsage") // each Backstop has its own, and a thread leaves it again
  private final ThreadLocal<@Nullable UnitOfWork> driven = new ThreadLocal<>();

  private final AtomicInteger drivenByHand = new AtomicInteger();
  private final Once troubles = new Once();

  /**
   * Knows none yet.
   *
   * @param surrounding null where only those count that are driven by hand
   */
  Units(@Nullable Transactions surrounding, StampClock clock) {
    this.surrounding = surrounding;
    this.clock = clock;
  }

  /**
   * The one that this thread is in, be it that it has ended otherwise than by a commit; or null.
   * Called by every get: without transactions it is two reads of memory.
   */
  @Nullable UnitOfWork current() {
    UnitOfWork unit = surrounding == null ? null : surrounding(surrounding);
    if (unit == null && drivenByHand.get() > 0) {
      unit = driven.get();
    }
    return unit == null || unit.end() == Transactions.End.COMMITTED ? null : unit;
  }

  /** What a {@link ChangeNotes.Recorder} does. */
  @Nullable Lender changed() {
    UnitOfWork unit = current();
    if (unit == null) {
      return null;
    }
    unit.markDirty();
    return unit.lender();
  }

  private @Nullable UnitOfWork surrounding(Transactions transactions) {
    try {
      return (UnitOfWork) transactions.participant(this, () -> begin(transactions.lender()));
    } catch (RuntimeException trouble) { // the caller can be answered as if there were none
      if (troubles.isFirst(String.valueOf(trouble.getMessage()))) {
        LOG.log(Level.WARNING, "It is not known whether there is a transaction", trouble);
      }
      return null;
    }
  }

  private UnitOfWork begin(@Nullable Lender lender) {
    UnitOfWork unit = new UnitOfWork(this, lender);
    open.add(unit); // first: who changes something after its stamp was taken finds it open
    unit.metAt(clock.earliest());
    return unit;
  }

  /**
   * Begins one that this thread drives by hand.
   *
   * @param lender lends its connection, if one does
   * @throws IllegalStateException if it is in one already
   */
  CacheTransaction drive(Life life, @Nullable Lender lender) {
    life.check();
    if (current() != null) {
      throw new IllegalStateException(
          "This thread is in a transaction already, and they do not nest");
    }
    UnitOfWork unit = begin(lender);
    driven.set(unit);
    drivenByHand.incrementAndGet();
    return new DrivenTransaction(this, unit, life);
  }

  /** Leaves the one that this thread drives. */
  void leave() {
    driven.remove();
    drivenByHand.decrementAndGet();
  }

  void ended(UnitOfWork unit) {
    open.remove(unit);
  }

  boolean isAnyOpen() {
    return !open.isEmpty();
  }

  /** Nothing that is met from now on has a stamp below, nor has any that is open. */
  Stamp oldest() {
    Stamp oldest = clock.earliest(); // first: who opens meanwhile is above it
    for (UnitOfWork unit : open) {
      if (unit.isMet() && clock.current(unit.floor()) < clock.current(oldest)) {
        oldest = unit.floor();
      }
    }
    return oldest;
  }

  /** Ends all: whether they will be committed, this process will not learn. */
  void close() {
    open.forEach(unit -> unit.ended(Transactions.End.UNKNOWN));
  }
}
