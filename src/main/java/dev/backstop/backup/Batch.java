package dev.backstop.backup;

import java.util.List;

/**
 * What one transaction writes.
 *
 * @param barriers first, so that no row slips past them
 * @param rows in the order of their keys
 */
record Batch(List<PendingBarrier> barriers, List<Pending> rows) {
  int size() {
    return barriers.size() + rows.size();
  }

  /** Whether one statement writes it, if one takes so many rows. */
  boolean isOneStatement(int rowsPerStore) {
    if (size() == 1) {
      return rows.isEmpty() || rows.get(0).expiry == null || rows.get(0).content == null;
    }
    return barriers.isEmpty()
        && rows.size() <= rowsPerStore
        && rows.stream().allMatch(row -> row.expiry == null && row.needsRow());
  }

  /** Whether someone else had locked one of its rows before. */
  boolean wasHeld() {
    return rows.stream().anyMatch(row -> row.wasHeld);
  }

  /** Has waited for a lock already: its parts are not to wait as long again. */
  Batch impatient() {
    rows.forEach(row -> row.wasHeld = true);
    return this;
  }

  /** A batch of one. */
  Batch firstOne() {
    return size() == 1 ? this : firstHalf().firstOne();
  }

  /** Of at least two, one at least. */
  Batch firstHalf() {
    if (barriers.isEmpty()) {
      return new Batch(barriers, rows.subList(0, rows.size() / 2));
    }
    return new Batch(barriers.subList(0, barriersInFirstHalf()), List.of());
  }

  /** What {@link #firstHalf} leaves. */
  Batch secondHalf() {
    if (barriers.isEmpty()) {
      return new Batch(barriers, rows.subList(rows.size() / 2, rows.size()));
    }
    return new Batch(barriers.subList(barriersInFirstHalf(), barriers.size()), rows);
  }

  private int barriersInFirstHalf() {
    return rows.isEmpty() ? barriers.size() / 2 : barriers.size();
  }
}
