package dev.backstop.core;

import dev.backstop.backup.Found;
import dev.backstop.backup.RowKey;
import dev.backstop.fast.FastCopy;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Reads what can stand in for many keys together, as soon as it is needed for one of them. */
final class ReserveBatch<K, V> {
  private final Parts<K, V> parts;
  private final Loads<K, V> loads;
  private final Queue<Gets.Caller<K, V>> members = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean begun = new AtomicBoolean();
  private final CompletableFuture<Map<K, Reserve<V>>> read = new CompletableFuture<>();

  private ReserveBatch(Parts<K, V> parts, Loads<K, V> loads) {
    this.parts = parts;
    this.loads = loads;
  }

  /** Lets the flights that have not begun to read read together. */
  static <K, V> void of(
      Parts<K, V> parts, Loads<K, V> loads, Collection<Gets.Caller<K, V>> callers) {
    if (callers.size() > 1) {
      ReserveBatch<K, V> batch = new ReserveBatch<>(parts, loads);
      for (Gets.Caller<K, V> caller : callers) {
        if (caller.flight().readTogether(flight -> batch.get(caller))) {
          batch.members.add(caller);
        }
      }
    }
  }

  private Reserve<V> get(Gets.Caller<K, V> caller) {
    if (begun.compareAndSet(false, true)) {
      try {
        read.complete(readAll(List.copyOf(members)));
      } catch (Throwable broken) {
        read.completeExceptionally(broken);
      }
    }
    Reserve<V> reserve = read.join().get(caller.key()); // an interrupt is not for the others
    return reserve != null ? reserve : loads.reserve(caller); // came too late
  }

  private Map<K, Reserve<V>> readAll(List<Gets.Caller<K, V>> callers) {
    Map<K, FastCopy<V>> inHand = new HashMap<>();
    for (Gets.Caller<K, V> caller : callers) {
      FastCopy<V> copy = loads.inHand(caller.key(), caller.row(), caller.flight().terms());
      if (copy != null) {
        inHand.put(caller.key(), copy);
      }
    }
    List<RowKey> rows =
        callers.stream()
            .filter(caller -> caller.flight().terms().readsBackups())
            .map(Gets.Caller::row)
            .toList();
    Map<RowKey, Found> found = parts.store().findAll(rows, !inHand.isEmpty());
    Map<K, Reserve<V>> reserves = new HashMap<>();
    for (Gets.Caller<K, V> caller : callers) {
      @Nullable FastCopy<V> copy = inHand.get(caller.key());
      Found ofRow = found.getOrDefault(caller.row(), Found.NOTHING);
      reserves.put(caller.key(), loads.reserve(copy, ofRow));
    }
    return reserves;
  }
}
