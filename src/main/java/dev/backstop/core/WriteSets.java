package dev.backstop.core;

import dev.backstop.Transactions;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What transactions changed in one cache: finds that of the calling thread. */
final class WriteSets<K, V> {
  private final Parts<K, V> parts;
  private final ExplicitChanges<K, V> changes;

  WriteSets(Parts<K, V> parts, ExplicitChanges<K, V> changes) {
    this.parts = parts;
    this.changes = changes;
  }

  /**
   * What the transaction of this thread changed here; null if there is none, or nothing. One that
   * has ended, and not by a commit, is dirty in any case: what it reads may never have been there,
   * and what others change meanwhile is not remembered for it.
   */
  @Nullable WriteSet<K, V> dirty() {
    UnitOfWork unit = parts.units().current();
    if (unit == null) {
      return null;
    }
    WriteSet<K, V> changed = unit.find(this);
    if (changed != null || !(unit.isDirty() || unit.end() != null)) {
      return changed;
    }
    WriteSet<K, V> own = unit.change(this, this::newSet);
    if (own == null) { // it has ended
      own = newSet();
      own.end(Transactions.End.ROLLED_BACK);
    }
    return own;
  }

  private WriteSet<K, V> newSet() {
    return new WriteSet<>(parts, changes);
  }

  /**
   * Changes something in the transaction of this thread. Where there is none, that is done at once;
   * and so is, in one that was rolled back or may have been, what can do no harm.
   */
  void change(Predicate<WriteSet<K, V>> within, Runnable atOnce, Runnable harmless) {
    UnitOfWork unit = parts.units().current();
    if (unit == null) {
      atOnce.run();
      return;
    }
    WriteSet<K, V> set = unit.change(this, this::newSet);
    if (set != null && within.test(set)) {
      return;
    }
    if (unit.end() == Transactions.End.COMMITTED) {
      atOnce.run();
    } else {
      unit.markDirty();
      harmless.run();
    }
  }
}
