package dev.backstop.core;

import dev.backstop.Validators;
import dev.backstop.backup.Blob;
import dev.backstop.backup.Change;
import dev.backstop.backup.Outcome;
import dev.backstop.backup.RowKey;
import dev.backstop.clock.Micros;
import dev.backstop.clock.Stamp;
import dev.backstop.fast.FastCopy;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Puts what was loaded where others find it: into the fast tier, and on its way to the table. */
final class Publishing<K, V> {
  private final Parts<K, V> parts;

  Publishing(Parts<K, V> parts) {
    this.parts = parts;
  }

  /**
   * What a loader returned, encoded before anyone gets it.
   *
   * @param value null if the source has no such thing
   * @param blob null if there is no value, or none that can be encoded
   */
  record Loaded<V>(
      RowKey row,
      @Nullable V value,
      @Nullable Blob blob,
      Stamp stamp,
      long ttl,
      Validators validators) {}

  Loaded<V> encoded(RowKey row, @Nullable V value, Stamp stamp, long ttl, Validators validators) {
    Blob blob = value == null ? null : parts.values().encodeOrNull(value);
    return new Loaded<>(row, value, blob, stamp, ttl, validators);
  }

  /** The moment as of which it is known to hold. */
  long createdAt(Loaded<V> loaded) {
    return parts.clock().current(loaded.stamp);
  }

  /** The end of its ttl. */
  long expiresAt(Loaded<V> loaded) {
    long createdAt = createdAt(loaded);
    return loaded.value == null ? createdAt : Micros.after(createdAt, loaded.ttl);
  }

  /** The copy of it; null if the source has no such thing. */
  @Nullable FastCopy<V> copy(Loaded<V> loaded) {
    long createdAt = createdAt(loaded);
    return loaded.value == null
        ? null
        : FastCopy.fresh(loaded.value, createdAt, expiresAt(loaded), createdAt, loaded.validators);
  }

  /** Fills the fast tier if nothing newer stands there, leaves the slot, and queues the backup. */
  CompletableFuture<Outcome> publish(K key, Visit visit, Loaded<V> loaded, Terms terms) {
    CompletableFuture<Outcome> nothing = CompletableFuture.completedFuture(Outcome.STORED);
    if (parts.life().hasEnded()) {
      return nothing;
    }
    long createdAt = createdAt(loaded);
    FastCopy<V> copy = copy(loaded);
    if (copy == null) {
      parts.slots().land(key, visit, Reach.ALL, old -> Loads.isAfter(old, createdAt) ? old : null);
      return parts.store().write(loaded.row, new Change.Removal(loaded.stamp, true));
    }
    parts
        .slots()
        .land(key, visit, terms.reach(), old -> Loads.isBefore(old, createdAt) ? copy : old);
    if (loaded.blob == null || !terms.writesBackups()) {
      return nothing;
    }
    Change value = new Change.Value(loaded.stamp, loaded.ttl, loaded.blob, loaded.validators, true);
    return undoneIfBeaten(key, createdAt, parts.store().write(loaded.row, value));
  }

  /**
   * Follows a write: where the table refused it, or took it as expired, someone else was later, and
   * the fast copy goes. Whoever waits for what is returned finds that done.
   */
  CompletableFuture<Outcome> undoneIfBeaten(
      K key, long createdAt, CompletableFuture<Outcome> write) {
    return write.thenApply(
        outcome -> {
          if (outcome != Outcome.STORED && !parts.life().hasEnded()) {
            parts.slots().update(key, createdAt, copy -> undone(copy, createdAt, outcome));
          }
          return outcome;
        });
  }

  private static <V> @Nullable FastCopy<V> undone(
      @Nullable FastCopy<V> copy, long createdAt, Outcome outcome) {
    if (copy == null || copy.createdAt() > createdAt) {
      return copy;
    }
    if (outcome == Outcome.REFUSED) {
      return null;
    }
    return copy.order() > createdAt ? copy : copy.expired(); // what stands in since began later
  }
}
