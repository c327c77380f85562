package dev.backstop.core;

import dev.backstop.CacheTier;
import dev.backstop.ContextBulkLoader;
import dev.backstop.Entry;
import dev.backstop.backup.RowKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a bulk get does for the keys that the fast tier has no answer for: one load for those that
 * it leads, and only then does it wait for others. So whoever waits leads nothing that has not
 * landed, and gets of overlapping keys can't wait for each other in a circle.
 */
final class BulkGets<K, V> {
  private final Parts<K, V> parts;
  private final Gets<K, V> gets;
  private final Loads<K, V> loads;
  private final BulkLoads<K, V> bulkLoads;

  BulkGets(Parts<K, V> parts, Gets<K, V> gets) {
    this.parts = parts;
    this.gets = gets;
    this.loads = new Loads<>(parts);
    this.bulkLoads = new BulkLoads<>(parts, loads);
  }

  /** Answers every key but those that the source says nothing of; or throws. */
  Map<K, @Nullable V> get(Map<K, RowKey> rows, ContextBulkLoader<K, V, ?> loader, Terms terms) {
    Call<K, V> call = new Call<>(new LinkedHashMap<>(rows), new HashMap<>(), terms);
    try {
      while (!call.open.isEmpty()) {
        parts.life().check();
        round(call, loader);
      }
    } catch (Throwable failure) {
      GetLog.failed(call.open.values(), failure);
      throw failure;
    }
    return call.answers;
  }

  /** One bulk get: the keys that it still has to answer, and what it has. */
  private record Call<K, V>(Map<K, RowKey> open, Map<K, @Nullable V> answers, Terms terms) {
    void answer(K key, Entry<V> entry) {
      answers.put(key, entry.value());
      open.remove(key);
    }
  }

  /** Leaves open only keys whose load by another thread died. */
  private void round(Call<K, V> call, ContextBulkLoader<K, V, ?> loader) {
    List<Gets.Caller<K, V>> led = new ArrayList<>();
    try {
      List<Gets.Caller<K, V>> joined = join(call, led);
      if (!led.isEmpty()) {
        gets.run(call.terms, () -> bulkLoads.run(led, loader));
        answer(call, led, true);
      }
      answer(call, joined, false);
    } catch (VirtualMachineError death) {
      for (int i = 0; i < led.size(); i++) { // nothing that takes memory or stack, see Gets
        led.get(i).flight().isGone = true;
      }
      led.forEach(caller -> caller.flight().die(death));
      throw death;
    }
  }

  /** Answers what was filled meanwhile, fills in {@code led}, and returns what others load. */
  private List<Gets.Caller<K, V>> join(Call<K, V> call, List<Gets.Caller<K, V>> led) {
    List<Gets.Caller<K, V>> joined = new ArrayList<>();
    try {
      for (Map.Entry<K, RowKey> each : List.copyOf(call.open.entrySet())) {
        K key = each.getKey();
        RowKey row = each.getValue();
        Joined<V> met =
            parts
                .slots()
                .join(
                    key,
                    true,
                    copy -> gets.isServed(copy, call.terms),
                    stamp -> {
                      Flight<V> flight = loads.flight(key, row, stamp, call.terms);
                      led.add(new Gets.Caller<>(key, row, flight, call.terms));
                      return flight;
                    });
        if (met.copy() != null) {
          GetLog.answered(row, CacheTier.HEAP, met.copy().failure());
          call.answer(key, Answers.of(met.copy()));
        } else if (!met.leads()) {
          joined.add(new Gets.Caller<>(key, row, Objects.requireNonNull(met.flight()), call.terms));
        }
      }
    } catch (Throwable broken) { // no loader was called: nobody may wait for it
      bulkLoads.abandon(led, broken);
      throw broken;
    }
    return joined;
  }

  /** Waits for all, and then answers each; one that has no answer does not keep it from others. */
  private void answer(Call<K, V> call, List<Gets.Caller<K, V>> callers, boolean leads) {
    callers.forEach(gets::awaitAtFirst);
    if (leads) {
      gets.awaitWrites(callers);
    }
    ReserveBatch.of(parts, loads, callers.stream().filter(Gets.Caller::mayNeedReserve).toList());
    Exception first = null;
    for (Gets.Caller<K, V> caller : callers) {
      try {
        Entry<V> answer = gets.answer(caller, leads);
        if (answer != null) {
          GetLog.answered(caller.row(), caller.flight().landing(), answer);
          call.answer(caller.key(), answer);
        } else if (caller.flight().landing() instanceof Landing.Absent) {
          GetLog.answered(caller.row(), GetLog.NOTHING, null);
          call.open.remove(caller.key());
        }
      } catch (Exception failure) {
        GetLog.failed(List.of(caller.row()), failure);
        call.open.remove(caller.key()); // the others are told of the first
        if (first == null) {
          first = failure;
        } else {
          Suppressed.attach(first, failure);
        }
      }
    }
    if (first != null) {
      throw Suppressed.<RuntimeException>sneak(first);
    }
  }
}
