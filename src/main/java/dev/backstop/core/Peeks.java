package dev.backstop.core;

import dev.backstop.CacheTier;
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
    if (copy != null && terms.readsHeap() && isServed(copy)) {
      GetLog.answered(row, CacheTier.HEAP, copy.failure());
      return Optional.of(Answers.of(copy));
    }
    Visit visit = parts.slots().enter(key, parts.clock().earliest());
    try {
      Tiers.Held<V> held =
          parts.store().isInformed() // first, as of a copy in the heap
              ? parts.tiers().find(key, row, terms.unread(), this::isServed)
              : null;
      if (held != null) {
        fill(key, visit, held.copy(), terms.reach(held.depth()));
        GetLog.answered(row, held.tier(), held.copy().failure());
        return Optional.of(Answers.of(held.copy()));
      }
      FastCopy<V> backup = terms.readsBackups() ? freshBackup(row, copy) : null;
      if (backup != null) {
        fill(key, visit, backup, terms.reach());
      }
      GetLog.answered(row, backup == null ? GetLog.NOTHING : CacheTier.BACKUPS, null);
      return Optional.ofNullable(backup)
          .map(found -> Answers.of(found, found.expiresAt(), Origin.BACKUP, null));
    } finally {
      parts.slots().land(key, visit);
    }
  }

  private boolean isServed(FastCopy<?> copy) {
    return parts.slots().isCurrent(copy, parts.clock().now(), terms.maxStale());
  }

  /** Fills the tiers above the one that answered. */
  private void fill(K key, Visit visit, FastCopy<V> found, Reach reach) {
    parts
        .slots()
        .publish(key, visit, reach, old -> Loads.isBefore(old, found.createdAt()) ? found : old);
  }

  /** Reads the row. Where it is that of the copy in hand, the copy knows better: it has ended. */
  private @Nullable FastCopy<V> freshBackup(RowKey row, @Nullable FastCopy<V> inHand) {
    Found found = parts.store().find(row, false);
    boolean isInformed = parts.store().isInformed();
    Blob blob = found.backup().blob();
    if (blob == null
        || (!isInformed && found.trouble() != null)
        || (isInformed && Loads.isAfter(inHand, found.backup().createdAt() - 1))
        || !found.isFresh(parts.clock().now())
        || !parts.slots().isFresh(found.backup().createdAt())
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
