package dev.backstop.core;

import dev.backstop.clock.Stamp;

/** Someone who may fill the fast copy of a key from what it began to read at its stamp. */
class Visit {
  private final Stamp stamp;

  /** Whether the clock was set back since: then its stamp says nothing. Guarded by the slots. */
  boolean isVoid;

  Visit(Stamp stamp) {
    this.stamp = stamp;
  }

  final Stamp stamp() {
    return stamp;
  }

  /** Whether its stamp lies before its coming, as what it reads may be as old as a transaction. */
  boolean mayBeOld() {
    return false;
  }

  /** Whether nobody can expect anything of it any more. */
  boolean hasLeft(boolean waits) {
    return false;
  }

  /** Whether it takes longer than it may. */
  boolean isOverdue() {
    return false;
  }
}
