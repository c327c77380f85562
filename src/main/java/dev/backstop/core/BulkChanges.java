package dev.backstop.core;

import dev.backstop.backup.Blob;
import dev.backstop.backup.RowKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Explicit changes of many keys: all at once in this process, then durable in batches. */
final class BulkChanges<K, V> {
  private final Parts<K, V> parts;
  private final ExplicitChanges<K, V> changes;

  BulkChanges(Parts<K, V> parts, ExplicitChanges<K, V> changes) {
    this.parts = parts;
    this.changes = changes;
  }

  private record Encoded<V>(RowKey row, V value, Blob blob) {}

  void putAll(Map<K, V> values, long ttl) {
    Map<K, Encoded<V>> encoded = new LinkedHashMap<>();
    values.forEach(
        (key, value) ->
            encoded.put(
                key, new Encoded<>(parts.keys().row(key), value, parts.values().encode(value))));
    List<ExplicitChanges.Queued> queued = new ArrayList<>();
    parts
        .store()
        .together(
            () ->
                encoded.forEach(
                    (key, put) ->
                        queued.add(
                            changes.queuePut(key, put.row, put.value, put.blob, ttl, null))));
    settle("Putting ", queued);
  }

  void removeAll(Set<K> keys) {
    Map<K, RowKey> rows = parts.keys().rows(keys);
    List<ExplicitChanges.Queued> queued = new ArrayList<>();
    parts
        .store()
        .together(() -> rows.forEach((key, row) -> queued.add(changes.queueRemoval(key, row))));
    settle("Removing ", queued);
  }

  private void settle(String what, List<ExplicitChanges.Queued> queued) {
    changes.settle(what + queued.size() + " keys of " + parts.keys().storedCache(), queued);
  }
}
