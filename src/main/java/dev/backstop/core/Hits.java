package dev.backstop.core;

import dev.backstop.CacheTier;
import dev.backstop.Loader;
import dev.backstop.Policy;
import dev.backstop.clock.Micros;
import dev.backstop.fast.FastCopy;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers from the fast tier. Allocates nothing: this is the hot path. */
final class Hits<K, V> {
  private final Parts<K, V> parts;
  private final Slots<K, V> slots;
  private final Policy policy;
  private final Terms terms;
  private final boolean readsHeap;
  private final boolean asks;
  private final Refreshes<K, V> refreshes;

  /** By the cache's own policy, and what it comes to. */
  Hits(Parts<K, V> parts, Policy policy, Terms terms) {
    this.parts = parts;
    this.slots = parts.slots();
    this.policy = policy;
    this.terms = terms;
    this.readsHeap = terms.readsHeap();
    this.asks = terms.question().isSet();
    this.refreshes = new Refreshes<>(parts);
  }

  /**
   * Returns the copy if it is served to this call, and refreshes it ahead by {@code loader}, if
   * there is one.
   */
  @Nullable FastCopy<V> find(
      K key,
      @Nullable Loader<? extends V, ?> loader,
      @Nullable Policy call,
      @Nullable Duration ttl) {
    FastCopy<V> copy = slots.get(key);
    Duration own = call == null ? null : call.maxStale();
    long maxStale = own == null ? terms.maxStale() : Micros.of(own);
    parts.store().countGet();
    if (copy == null || !readsHeap(call)) {
      return null;
    }
    long now = parts.clock().now();
    if (!slots.isCurrent(copy, now, maxStale)) {
      return null;
    }
    if (asks(call) && !parts.questions().confirm(key, copy, question(call))) {
      return null;
    }
    if (copy.mark().isDue(now, parts.noteEvery())) {
      parts.store().noteAccess(parts.keys().row(key), now);
    }
    if (loader != null) {
      refreshes.ifDue(copy, now, key, loader, call, ttl, policy);
    }
    if (GetLog.isOn()) {
      GetLog.answered(parts.keys().row(key), CacheTier.HEAP, copy.failure());
    }
    return copy;
  }

  private boolean readsHeap(@Nullable Policy call) {
    Set<String> unread = call == null ? null : call.unread();
    return unread == null ? readsHeap : !unread.contains(CacheTier.HEAP);
  }

  private boolean asks(@Nullable Policy call) {
    return asks || (call != null && (call.changedSince() != null || call.fingerprint() != null));
  }

  private Question question(@Nullable Policy call) {
    return call == null ? terms.question() : Question.of(call.over(policy));
  }
}
