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
    return barriers.isEmpty()
        ? new Batch(barriers, rows.subList(0, rows.size() / 2))
        : new Batch(barriers, List.of());
  }

  Batch secondHalf() {
    return barriers.isEmpty()
        ? new Batch(barriers, rows.subList(rows.size() / 2, rows.size()))
        : new Batch(List.of(), rows);
  }
}
