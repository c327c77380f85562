package dev.backstop.core;

import dev.backstop.CacheTransaction;
import dev.backstop.Transactions;

/** A transaction that a thread drives by hand. */
final class DrivenTransaction implements CacheTransaction {
  private final Thread thread = Thread.currentThread();
  private final Units units;
  private final UnitOfWork unit;
  private final Life life;
  private boolean hasLeft;

  DrivenTransaction(Units units, UnitOfWork unit, Life life) {
    this.units = units;
    this.unit = unit;
    this.life = life;
  }

  @Override
  public void committed() {
    checkThread();
    life.check();
    if (hasLeft) {
      throw new IllegalStateException("This transaction has ended, by committed() or by close()");
    }
    leave();
    unit.end(Transactions.End.COMMITTED).await();
  }

  @Override
  public void close() {
    checkThread();
    if (!hasLeft) {
      leave();
      unit.ended(Transactions.End.ROLLED_BACK);
    }
  }

  private void leave() {
    hasLeft = true;
    units.leave();
  }

  private void checkThread() {
    if (Thread.currentThread() != thread) {
      throw new IllegalStateException(
          "This transaction is for " + thread.getName() + " alone, which began it");
    }
  }
}
