package dev.backstop.backup;

import dev.backstop.clock.StampClock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows that wait to be written, oldest first, within bounds: past them the oldest values are
 * dropped, and what ends values only if there is nothing else. Guarded by the queue.
 */
final class WaitingRows {
  private static final int ROWS_PER_BATCH = 256;
  private static final long BYTES_PER_BATCH = 8 * 1024 * 1024;

  private final StampClock clock;
  private final int maxRows;
  private final long maxBytes;
  private Map<RowKey, Pending> rows = new LinkedHashMap<>();

  /** Which of them hold a value, oldest first. */
  private Set<RowKey> values = new LinkedHashSet<>();

  private long bytes;
  private int held;

  WaitingRows(StampClock clock, int maxRows, long maxBytes) {
    this.clock = clock;
    this.maxRows = maxRows;
    this.maxBytes = maxBytes;
  }

  @Nullable Pending get(RowKey key) {
    return rows.get(key);
  }

  Collection<Pending> all() {
    return rows.values();
  }

  int size() {
    return rows.size();
  }

  /** What their blobs take. */
  long bytes() {
    return bytes;
  }

  /** How many of them someone else has locked. */
  int held() {
    return held;
  }

  /** Whether someone else has locked one of them, or had. */
  boolean hasOnceHeld() {
    return rows.values().stream().anyMatch(row -> row.wasHeld);
  }

  boolean hasReady() {
    return rows.size() > held;
  }

  /** Whether there is as much as one batch takes. */
  boolean fillsBatch() {
    return rows.size() - held >= ROWS_PER_BATCH || bytes >= BYTES_PER_BATCH;
  }

  /** Takes a change in; returns its row, or null if something higher is here. */
  @Nullable Pending offer(RowKey key, Change change) {
    Pending row = rows.containsKey(key) ? remove(key) : new Pending(key);
    boolean taken = false;
    try {
      taken = row.take(change, clock);
    } finally {
      add(row); // also where there was no memory to take it
    }
    return taken ? row : null;
  }

  /** The oldest that can be written now, as many as make a batch, by their keys. */
  List<Pending> next() {
    List<Pending> batch = new ArrayList<>();
    long size = 0;
    for (Pending row : rows.values()) {
      if (!row.isHeld && (batch.isEmpty() || size + row.bytes() <= BYTES_PER_BATCH)) {
        batch.add(row);
        size += row.bytes();
      }
      if (batch.size() == ROWS_PER_BATCH || size >= BYTES_PER_BATCH) {
        break;
      }
    }
    batch.sort((one, other) -> one.key.compareTo(other.key));
    return batch;
  }

  /** Takes out what is written next. */
  void take(List<Pending> batch) {
    batch.forEach(row -> remove(row.key));
  }

  /**
   * Puts rows back in front, each merged with what came since. Where there is no memory for it,
   * everything stays where it is.
   */
  void putBack(List<Pending> taken) {
    Map<RowKey, Pending> all = new LinkedHashMap<>();
    taken.forEach(row -> all.put(row.key, row));
    for (Pending newer : rows.values()) {
      Pending older = all.remove(newer.key);
      if (older != null) {
        newer.takeOlder(older, clock);
      }
      all.put(newer.key, newer);
    }
    Set<RowKey> withValue = new LinkedHashSet<>();
    all.values().stream().filter(Pending::isValue).forEach(row -> withValue.add(row.key));
    rows = all;
    values = withValue;
    bytes = all.values().stream().mapToLong(Pending::bytes).sum();
    held = (int) all.values().stream().filter(row -> row.isHeld).count();
  }

  /** Lets those that someone else had locked be tried again. */
  void release() {
    rows.values().forEach(row -> row.isHeld = false);
    held = 0;
  }

  /** Drops what is beyond the bounds, and returns it. */
  List<Pending> shed() {
    List<Pending> dropped = new ArrayList<>();
    while (rows.size() > maxRows || bytes > maxBytes) {
      boolean holdsValue = !values.isEmpty();
      Pending oldest =
          remove(holdsValue ? values.iterator().next() : rows.keySet().iterator().next());
      dropped.add(oldest);
      Pending rest = holdsValue ? oldest.withoutValue() : null;
      if (rest != null) {
        add(rest);
      }
    }
    return dropped;
  }

  private void add(Pending row) {
    rows.put(row.key, row);
    bytes += row.bytes();
    held += row.isHeld ? 1 : 0;
    if (row.isValue()) {
      values.add(row.key);
    }
  }

  private Pending remove(RowKey key) {
    Pending row = Objects.requireNonNull(rows.remove(key));
    values.remove(key);
    bytes -= row.bytes();
    held -= row.isHeld ? 1 : 0;
    return row;
  }
}
