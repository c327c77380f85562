package dev.backstop.core;

import dev.backstop.Lender;
import dev.backstop.Transactions;
import dev.backstop.clock.Stamp;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One transaction, as one Backstop sees it: when it was met, and what it changed in each cache. */
final class UnitOfWork implements Transactions.Participant {
  private static final Logger LOG = System.getLogger("dev.backstop");

  private final Units units;
  private final @Nullable Lender lender;
  private volatile @Nullable Stamp floor;

  /** By cache, in the order in which they were changed. */
  private final Map<Object, WriteSet<?, ?>> sets = new LinkedHashMap<>();

  private volatile boolean isDirty;
  private volatile Transactions.@Nullable End end;

  UnitOfWork(Units units, @Nullable Lender lender) {
    this.units = units;
    this.lender = lender;
  }

  void metAt(Stamp stamp) {
    floor = stamp;
  }

  /** When it was met: what it reads may be as old as that. */
  Stamp floor() {
    return Objects.requireNonNull(floor);
  }

  /** Whether it was met, and has its stamp. */
  boolean isMet() {
    return floor != null;
  }

  /** How it ended; null while it has not. */
  Transactions.@Nullable End end() {
    return end;
  }

  /** Says that it has written something, and what it loads from now on is its own. */
  void markDirty() {
    isDirty = true;
  }

  /** Who lends a connection of it; null if that is not known. */
  @Nullable Lender lender() {
    return lender;
  }

  /** Whether it is dirty for every cache. */
  boolean isDirty() {
    return isDirty;
  }

  /** What it changed in that cache; null if nothing. */
  @SuppressWarnings("unchecked") // a cache finds what it made
  synchronized <K, V> @Nullable WriteSet<K, V> find(Object cache) {
    return (WriteSet<K, V>) sets.get(cache);
  }

  /** What it changes in that cache; null if it has ended. */
  @SuppressWarnings("unchecked") // a cache finds what it made
  synchronized <K, V> @Nullable WriteSet<K, V> change(
      Object cache, Supplier<WriteSet<K, V>> first) {
    return end != null ? null : (WriteSet<K, V>) sets.computeIfAbsent(cache, none -> first.get());
  }

  @Override
  public void ended(Transactions.End how) {
    end(how).tellTiers();
  }

  /** Ends it, once, and does what it changed; all of it holds in this process when it returns. */
  Applied end(Transactions.End how) {
    List<WriteSet<?, ?>> all;
    synchronized (this) {
      if (end != null) {
        return new Applied(List.of());
      }
      end = how;
      all = List.copyOf(sets.values());
    }
    List<WriteSet.Applied> applied = new ArrayList<>();
    for (WriteSet<?, ?> set : all) {
      try {
        applied.add(set.end(how));
      } catch (RuntimeException trouble) { // the others are done all the same
        LOG.log(Level.ERROR, "What a transaction changed is not done", trouble);
      }
    }
    units.ended(this);
    return new Applied(applied);
  }

  /** Changes that hold in this process, on their way to the tables and to the tiers. */
  record Applied(List<WriteSet.Applied> caches) {
    /** Tells the tiers, and waits for nothing. */
    void tellTiers() {
      caches.forEach(WriteSet.Applied::tellTiers);
    }

    /** Waits until all is durable, where callers of a cache wait. */
    void await() {
      RuntimeException first = null;
      for (WriteSet.Applied each : caches) {
        try {
          each.await();
        } catch (RuntimeException trouble) {
          if (first == null) {
            first = trouble;
          } else {
            Suppressed.attach(first, trouble);
          }
        }
      }
      if (first != null) {
        throw first;
      }
    }
  }
}
