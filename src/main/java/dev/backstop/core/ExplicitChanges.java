package dev.backstop.core;

import dev.backstop.backup.Blob;
import dev.backstop.backup.Change;
import dev.backstop.backup.Outcome;
import dev.backstop.backup.RowKey;
import dev.backstop.clock.Micros;
import dev.backstop.clock.Stamp;
import dev.backstop.fast.FastCopy;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Explicit changes: at once in this process, then durable. A change that waited for its commit also
 * waits until the clock has passed its stamp: who loads after it returned is above it.
 */
final class ExplicitChanges<K, V> {
  private final Parts<K, V> parts;
  private final Publishing<K, V> publishing;

  ExplicitChanges(Parts<K, V> parts) {
    this.parts = parts;
    this.publishing = new Publishing<>(parts);
  }

  void put(K key, V value, long ttl, @Nullable Instant asOf) {
    RowKey row = parts.keys().row(key);
    Blob blob = parts.values().encode(value);
    settle("Putting " + row, queuePut(key, row, value, blob, ttl, asOf));
  }

  /** Puts an encoded value. */
  Queued queuePut(K key, RowKey row, V value, Blob blob, long ttl, @Nullable Instant asOf) {
    Queued put =
        queue(
            key,
            row,
            asOf == null ? null : notInTheFuture(asOf),
            stamp -> new Change.Value(stamp, ttl, blob),
            (copy, createdAt) ->
                asOf == null || Loads.isBefore(copy, createdAt)
                    ? FastCopy.fresh(value, createdAt, Micros.after(createdAt, ttl))
                    : copy);
    long createdAt = parts.clock().current(put.stamp);
    return new Queued(
        put.stamp, publishing.undoneIfBeaten(key, createdAt, put.write), put.tellTiers);
  }

  boolean add(K key, V value, long ttl) {
    RowKey row = parts.keys().row(key);
    Blob blob = parts.values().encode(value);
    Stamp stamp = parts.clock().latest();
    Visit visit = parts.slots().enter(key, stamp);
    Outcome outcome = Outcome.REFUSED;
    try {
      outcome = parts.store().add(row, new Change.Value(stamp, ttl, blob));
    } finally {
      long createdAt = parts.clock().current(stamp);
      FastCopy<V> fresh = FastCopy.fresh(value, createdAt, Micros.after(createdAt, ttl));
      FastCopy<V> added =
          switch (outcome) {
            case STORED -> fresh;
            case STALE -> fresh.expired(); // by another node meanwhile
            case REFUSED -> null;
          };
      parts
          .slots()
          .land(
              key,
              visit,
              Reach.ALL,
              old -> added != null && Loads.isBefore(old, createdAt) ? added : old);
    }
    boolean added = outcome != Outcome.REFUSED;
    if (added) {
      // Detaches a load that began before.
      parts.slots().change(key, stamp, same -> same, (copy, at) -> copy).tellTiers().run();
      awaitPassed(stamp);
    }
    return added;
  }

  void expire(K key) {
    RowKey row = parts.keys().row(key);
    settle("Expiring " + row, queueExpiry(key, row));
  }

  Queued queueExpiry(K key, RowKey row) {
    return queue(
        key, row, null, Change.Expiry::new, (copy, stamp) -> copy == null ? null : copy.expired());
  }

  void remove(K key) {
    RowKey row = parts.keys().row(key);
    settle("Removing " + row, queueRemoval(key, row));
  }

  Queued queueRemoval(K key, RowKey row) {
    return queue(key, row, null, stamp -> new Change.Removal(stamp, false), (copy, at) -> null);
  }

  private Queued queue(
      K key,
      RowKey row,
      @Nullable Stamp given,
      Function<Stamp, Change> change,
      CopyChange<V> ofCopy) {
    Slots.Changed<CompletableFuture<Outcome>> changed =
        parts
            .slots()
            .change(key, given, stamp -> parts.store().write(row, change.apply(stamp)), ofCopy);
    return new Queued(changed.stamp(), changed.queued(), changed.tellTiers());
  }

  void clear() {
    settle("Clearing " + parts.keys().storedCache(), queueClear(parts.clock().latest()));
  }

  Queued queueClear(Stamp stamp) {
    Runnable emptyTiers = parts.slots().bar(null, stamp);
    return new Queued(
        stamp, parts.store().bar(parts.keys().storedCache(), null, stamp), emptyTiers);
  }

  void expireCreatedBefore(Instant moment) {
    String cache = parts.keys().storedCache();
    settle("Expiring " + cache, queueExpiryBefore(notInTheFuture(moment)));
  }

  Queued queueExpiryBefore(Stamp stamp) {
    Runnable nothing = parts.slots().bar(stamp, null);
    return new Queued(stamp, parts.store().bar(parts.keys().storedCache(), stamp, null), nothing);
  }

  void removeCreatedBefore(Instant moment) {
    settle("Clearing " + parts.keys().storedCache(), queueClear(notInTheFuture(moment)));
  }

  /** A caller's clock may be ahead of the database's: what is later than now counts as now. */
  Stamp notInTheFuture(Instant moment) {
    Stamp now = parts.clock().latest();
    long micros = Micros.of(moment);
    return micros < now.micros() ? Stamp.given(micros) : now;
  }

  /** A change that holds in this process, on its way to the table and then to the tiers. */
  record Queued(Stamp stamp, CompletableFuture<Outcome> write, Runnable tellTiers) {}

  /** Queues a change for the table alone. */
  Queued queue(RowKey row, Change change) {
    return new Queued(change.stamp(), parts.store().write(row, change), () -> {});
  }

  private void settle(String what, Queued change) {
    settle(what, List.of(change));
  }

  /** Waits until all are durable, no longer than one bound, if callers of this cache wait. */
  void settle(String what, List<Queued> changes) {
    try {
      if (parts.waits()) {
        awaitDurable(what, changes);
      } else {
        parts.life().check(); // it was queued before: what is closed later is written
      }
    } finally {
      changes.forEach(this::tellTiers);
    }
  }

  /** The deepest first: not before the table knows, or another node could fill them from it. */
  void tellTiers(Queued change) {
    if (change.write.isDone()) {
      change.tellTiers.run();
    } else if (!parts.tiers().isEmpty()) {
      CompletableFuture<?> unused =
          change.write.whenComplete((outcome, failure) -> parts.tiers().soon(change.tellTiers));
    }
  }

  /** Waits until all are durable, no longer than one bound. */
  void awaitDurable(String what, List<Queued> changes) {
    CompletableFuture<?> all =
        CompletableFuture.allOf(
            changes.stream().map(Queued::write).toArray(CompletableFuture<?>[]::new));
    if (!parts.store().await(all)) {
      throw parts.store().unavailable(what, all);
    }
    changes.forEach(change -> awaitPassed(change.stamp));
  }

  private void awaitPassed(Stamp stamp) {
    parts.clock().awaitPassed(parts.clock().current(stamp), parts.store().boundNanos());
  }
}
