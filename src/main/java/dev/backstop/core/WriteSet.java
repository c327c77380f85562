package dev.backstop.core;

import dev.backstop.Transactions;
import dev.backstop.backup.Blob;
import dev.backstop.backup.RowKey;
import dev.backstop.clock.Micros;
import dev.backstop.clock.Stamp;
import dev.backstop.core.ExplicitChanges.Queued;
import dev.backstop.fast.FastCopy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What one transaction changed in one cache: seen by itself at once, done after its commit. Of one
 * key the last change counts, but that what was put and then expired is backed up, and what was
 * removed and then expired stays removed. A method that returns false has done nothing, as the
 * transaction has ended.
 */
final class WriteSet<K, V> {
  private final Parts<K, V> parts;
  private final ExplicitChanges<K, V> changes;
  private final Publishing<K, V> publishing;
  private final Map<K, Written<V>> written = new LinkedHashMap<>();
  private final Map<K, Kept<V>> kept = new LinkedHashMap<>();
  private final Map<K, Flight<V>> loading = new HashMap<>();
  private final List<Runnable> repeated = new ArrayList<>();
  private long removedBefore = Long.MIN_VALUE;
  private long expiredBefore = Long.MIN_VALUE;
  private boolean hasEnded;

  WriteSet(Parts<K, V> parts, ExplicitChanges<K, V> changes) {
    this.parts = parts;
    this.changes = changes;
    this.publishing = new Publishing<>(parts);
  }

  /** What is hidden of a value that the tiers hold. */
  enum Hidden {
    NOTHING,
    /** It can stand in. */
    FRESHNESS,
    VALUE
  }

  /**
   * What became of one key.
   *
   * @param hidden of what the tiers hold
   */
  private record Written<V>(RowKey row, Hidden hidden, @Nullable Put<V> put) {}

  private record Put<V>(FastCopy<V> copy, Blob blob, long ttl, @Nullable Instant asOf) {}

  /**
   * What was loaded, and waits for the commit.
   *
   * @param copy null if the source has no such thing
   */
  record Kept<V>(
      Flight<V> visit, Publishing.Loaded<V> loaded, @Nullable FastCopy<V> copy, Terms terms) {}

  /** Notes that a key is being loaded. */
  synchronized void begin(K key, Flight<V> flight) {
    Flight<V> underWay = loading.putIfAbsent(key, flight);
    if (underWay != null) {
      throw new IllegalStateException(
          "Waiting would close a circle: " + underWay + " needs itself");
    }
  }

  /** Ends what {@link #begin} noted; returns whether what was loaded is kept. */
  @SuppressWarnings("ReferenceEquality") // that very one
  synchronized boolean end(K key, Flight<V> flight) {
    loading.remove(key, flight);
    Kept<V> mine = kept.get(key);
    return mine != null && mine.visit == flight;
  }

  /** Keeps what was loaded, if the transaction can still be committed. */
  synchronized void keep(K key, Kept<V> loaded) {
    forget(key);
    if (!hasEnded) {
      kept.put(key, loaded);
    }
  }

  private void forget(K key) {
    Kept<V> before = kept.remove(key);
    if (before != null) {
      parts.slots().land(key, before.visit);
    }
  }

  private void forgetCreatedBefore(long micros) {
    for (K key : List.copyOf(kept.keySet())) {
      Kept<V> loaded = kept.get(key);
      if (loaded != null && publishing.createdAt(loaded.loaded) <= micros) {
        forget(key);
      }
    }
  }

  synchronized boolean put(K key, V value, Blob blob, long ttl, @Nullable Instant asOf) {
    Stamp now = parts.clock().latest();
    Stamp stamp = asOf == null ? now : changes.notInTheFuture(asOf);
    long createdAt = parts.clock().current(stamp);
    FastCopy<V> copy = FastCopy.fresh(value, createdAt, Micros.after(createdAt, ttl));
    Put<V> put = new Put<>(copy, blob, ttl, asOf);
    return write(key, new Written<>(parts.keys().row(key), Hidden.VALUE, put));
  }

  synchronized boolean remove(K key) {
    return write(key, new Written<>(parts.keys().row(key), Hidden.VALUE, null));
  }

  synchronized boolean expire(K key) {
    Written<V> before = written.get(key);
    return write(
        key,
        before == null
            ? new Written<>(parts.keys().row(key), Hidden.FRESHNESS, null)
            : expired(before));
  }

  private static <V> Written<V> expired(Written<V> before) {
    Put<V> put = before.put;
    return put == null
        ? before
        : new Written<>(
            before.row, before.hidden, new Put<>(put.copy.expired(), put.blob, put.ttl, put.asOf));
  }

  private boolean write(K key, Written<V> change) {
    if (!hasEnded) {
      forget(key);
      written.put(key, change);
    }
    return !hasEnded;
  }

  /** Removes all that was created up to a moment; null: all. */
  synchronized boolean removeCreatedBefore(@Nullable Instant moment) {
    long micros = moment(moment);
    removedBefore = Math.max(removedBefore, micros);
    forgetCreatedBefore(micros);
    written.replaceAll(
        (key, change) ->
            change.put == null || change.put.copy.createdAt() > micros
                ? change
                : new Written<>(change.row, Hidden.VALUE, null));
    return !hasEnded;
  }

  synchronized boolean expireCreatedBefore(Instant moment) {
    long micros = moment(moment);
    expiredBefore = Math.max(expiredBefore, micros);
    forgetCreatedBefore(micros);
    written.replaceAll(
        (key, change) ->
            change.put == null || change.put.copy.createdAt() > micros ? change : expired(change));
    return !hasEnded;
  }

  /** What was done at once, and is done again after the commit: old rows were there to load. */
  synchronized boolean repeat(Runnable expiry) {
    repeated.add(expiry);
    return !hasEnded;
  }

  /** What is not before now means all that there is, which is more when it is done. */
  private long moment(@Nullable Instant moment) {
    long now = parts.clock().current(parts.clock().latest());
    return moment == null || Micros.of(moment) >= now ? Long.MAX_VALUE : Micros.of(moment);
  }

  /** What was loaded or put, be it that it is not fresh any more; or null. */
  synchronized @Nullable FastCopy<V> own(K key) {
    Kept<V> loaded = kept.get(key);
    if (loaded != null && loaded.copy != null) {
      return loaded.copy;
    }
    Written<V> change = written.get(key);
    return change == null || change.put == null ? null : change.put.copy;
  }

  /** What is hidden of a key's value, whatever its stamp. */
  Hidden hides(K key) {
    return hides(key, Long.MIN_VALUE + 1);
  }

  /** What is hidden of a key's value of that stamp. */
  synchronized Hidden hides(K key, long createdAt) {
    Written<V> change = written.get(key);
    Hidden ofKey = change == null ? Hidden.NOTHING : change.hidden;
    if (ofKey == Hidden.VALUE || createdAt <= removedBefore) {
      return Hidden.VALUE;
    }
    return createdAt <= expiredBefore ? Hidden.FRESHNESS : ofKey;
  }

  /** Does what it holds, in this process; what is returned is on its way further. */
  synchronized Applied end(Transactions.End how) {
    hasEnded = true;
    List<Queued> queued = new ArrayList<>();
    if (how != Transactions.End.ROLLED_BACK) {
      parts
          .store()
          .together(
              () -> {
                if (how == Transactions.End.COMMITTED) {
                  doAll(queued);
                } else {
                  expireAll(queued);
                }
              });
      repeated.forEach(this::doSoon);
    }
    List.copyOf(kept.keySet()).forEach(this::forget); // but what was published
    return new Applied(changes, "A transaction in " + parts.keys().storedCache(), queued);
  }

  private void doAll(List<Queued> queued) {
    if (removedBefore != Long.MIN_VALUE) {
      queued.add(changes.queueClear(stamp(removedBefore)));
    }
    if (expiredBefore != Long.MIN_VALUE) {
      queued.add(changes.queueExpiryBefore(stamp(expiredBefore)));
    }
    kept.forEach(
        (key, loaded) -> { // before its own changes, which are newer
          CompletableFuture<?> unused =
              publishing.publish(key, loaded.visit, loaded.loaded, loaded.terms);
        });
    written.forEach(
        (key, change) -> {
          Put<V> put = change.put;
          if (put != null) {
            V value = put.copy.value();
            queued.add(changes.queuePut(key, change.row, value, put.blob, put.ttl, put.asOf));
          }
          if (put == null && change.hidden == Hidden.VALUE) {
            queued.add(changes.queueRemoval(key, change.row));
          } else if (put == null || put.copy.servedUntil() == 0) {
            queued.add(changes.queueExpiry(key, change.row));
          }
        });
  }

  /**
   * Where it may have been committed: nothing that it changed is fresh, nothing of it is served.
   */
  private void expireAll(List<Queued> queued) {
    long barred = Math.max(removedBefore, expiredBefore);
    if (barred != Long.MIN_VALUE) {
      queued.add(changes.queueExpiryBefore(stamp(barred)));
    }
    written.forEach((key, change) -> queued.add(changes.queueExpiry(key, change.row)));
  }

  /** It waits for the table; whoever ends a transaction must not, but who closes the Backstop. */
  private void doSoon(Runnable expiry) {
    if (parts.life().hasEnded()) {
      expiry.run();
      return;
    }
    try {
      parts.executor().execute(expiry);
    } catch (RuntimeException noThread) {
      expiry.run();
    }
  }

  private Stamp stamp(long moment) {
    return moment == Long.MAX_VALUE
        ? parts.clock().latest()
        : changes.notInTheFuture(Micros.instant(moment));
  }

  /** What holds in this process, on its way to the table and then to the tiers. */
  record Applied(ExplicitChanges<?, ?> changes, String what, List<Queued> queued) {
    void tellTiers() {
      queued.forEach(changes::tellTiers);
    }

    void await() {
      changes.settle(what, queued);
    }
  }
}
