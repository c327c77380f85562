package dev.backstop.core;

import dev.backstop.Entry;
import dev.backstop.Origin;
import dev.backstop.backup.Blob;
import dev.backstop.backup.Found;
import dev.backstop.backup.RowKey;
import dev.backstop.fast.FastCopy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers without a load: from the fast tier, or from a fresh backup, which then fills it. */
final class Peeks<K, V> {
  private final Parts<K, V> parts;
  private final Terms terms;

  Peeks(Parts<K, V> parts, Terms terms) {
    this.parts = parts;
    this.terms = terms;
  }

  Optional<Entry<V>> peek(K key) {
    RowKey row = parts.keys().row(key);
    FastCopy<V> copy = parts.slots().get(key);
    if (copy != null && parts.slots().serves(copy, parts.clock().now(), terms.maxStale())) {
      GetLog.answered(row, GetLog.FAST_COPY, copy.failure());
      return Optional.of(Answers.of(copy));
    }
    Visit visit = parts.slots().enter(key, parts.clock().earliest());
    FastCopy<V> found = null;
    try {
      found = freshBackup(row, copy);
    } finally {
      FastCopy<V> fill = found;
      parts
          .slots()
          .land(
              key,
              visit,
              old -> fill != null && Loads.isBefore(old, fill.createdAt()) ? fill : old);
    }
    GetLog.answered(row, found == null ? GetLog.NOTHING : GetLog.BACKUP, null);
    return Optional.ofNullable(found)
        .map(backup -> Answers.of(backup, backup.expiresAt(), Origin.BACKUP, null));
  }

  /** Reads the row. Where it is that of the copy in hand, the copy knows better: it has ended. */
  private @Nullable FastCopy<V> freshBackup(RowKey row, @Nullable FastCopy<V> inHand) {
    Found found = parts.store().find(row, false);
    Blob blob = found.backup().blob();
    if (blob == null
        || Loads.isAfter(inHand, found.backup().createdAt() - 1)
        || !found.isFresh(parts.clock().now())
        || !parts.slots().isAlive(found.backup().createdAt())) {
      return null;
    }
    try {
      V value = parts.values().decode(blob);
      return Answers.copy(value, found.backup());
    } catch (Values.UndecodableException logged) {
      return null;
    }
  }
}
