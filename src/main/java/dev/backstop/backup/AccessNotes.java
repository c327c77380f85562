package dev.backstop.backup;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which backups were asked for, and when: noted in memory, written in batches. The cull goes by it.
 */
final class AccessNotes {
  /** Past it, notes are lost: a backup then looks idle for longer than it was. */
  private static final int MOST = 100_000;

  private final Map<RowKey, Long> notes = new ConcurrentHashMap<>();

  void note(RowKey row, long at) {
    if (notes.size() < MOST || notes.containsKey(row)) {
      notes.merge(row, at, Math::max);
    }
  }

  /** Forgets all notes: the clock was set that they were made by. */
  void clear() {
    notes.clear();
  }

  /** Takes all notes, to write them. */
  Map<RowKey, Long> take() {
    Map<RowKey, Long> taken = new HashMap<>();
    notes.forEach(
        (row, at) -> {
          if (notes.remove(row, at)) {
            taken.put(row, at);
          }
        });
    return taken;
  }

  /** Notes again what could not be written. */
  void putBack(Map<RowKey, Long> taken) {
    taken.forEach(this::note);
  }
}
