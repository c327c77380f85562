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

  Batch firstHalf() {
    if (barriers.isEmpty()) {
      return new Batch(barriers, rows.subList(0, rows.size() / 2));
    }
    int cut = rows.isEmpty() ? barriers.size() / 2 : barriers.size();
    return new Batch(barriers.subList(0, cut), List.of());
  }

  Batch secondHalf() {
    if (barriers.isEmpty()) {
      return new Batch(barriers, rows.subList(rows.size() / 2, rows.size()));
    }
    int cut = rows.isEmpty() ? barriers.size() / 2 : barriers.size();
    return new Batch(barriers.subList(cut, barriers.size()), rows);
  }
}
