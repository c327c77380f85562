package dev.backstop.model;

import dev.backstop.BackupReads;
import dev.backstop.CacheTier;
import dev.backstop.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a get asks for, as the model and the library know it; durations in milliseconds.
 *
 * @param maxStale {@code Long.MAX_VALUE} if there is none
 * @param fingerprint what it answers, {@code THROWS} to throw, or null if there is none
 */
record Terms(
    long ttl,
    long maxStale,
    long standInAtMost,
    boolean standsIn,
    boolean whileFresh,
    boolean readsHeap,
    Changed changed,
    @Nullable String fingerprint) {
  static final String THROWS = "throws";
  static final long TTL = 60_000;
  static final Terms PLAIN =
      new Terms(TTL, Long.MAX_VALUE, Long.MAX_VALUE, true, false, true, Changed.NOT_ASKED, null);

  /** What the source says when it is asked whether it changed. */
  enum Changed {
    NOT_ASKED,
    NO,
    YES,
    THROWS
  }

  /** Whether the source is said to have changed since a value was loaded. */
  boolean hasChanged(@Nullable String since) {
    return changed == Changed.YES || (fingerprintOrNull() != null && !fingerprint.equals(since));
  }

  /** What is stored with a load. */
  @Nullable String fingerprintOrNull() {
    return THROWS.equals(fingerprint) ? null : fingerprint;
  }

  /** Until when a value may stand in for a load that fails now. */
  long standInUntil(long stamp, long now) {
    long until = now + Math.min(ttl / 2, standInAtMost);
    return maxStale == Long.MAX_VALUE ? until : Math.min(until, stamp + maxStale);
  }

  Policy policy() {
    Policy policy = Policy.ttl(Duration.ofMillis(ttl)).standInOn(failure -> standsIn);
    policy = maxStale == Long.MAX_VALUE ? policy : policy.maxStale(Duration.ofMillis(maxStale));
    policy =
        standInAtMost == Long.MAX_VALUE
            ? policy
            : policy.standInAtMost(Duration.ofMillis(standInAtMost));
    policy = readsHeap ? policy : policy.withoutReading(CacheTier.HEAP);
    policy = whileFresh ? policy.backupReads(BackupReads.WHILE_FRESH) : policy;
    policy = fingerprint == null ? policy : policy.fingerprint(() -> orThrow(fingerprint, THROWS));
    return changed == Changed.NOT_ASKED
        ? policy
        : policy.changedSince(stamp -> orThrow(changed, Changed.THROWS) == Changed.YES);
  }

  private static <T> T orThrow(T answer, T failing) {
    if (answer.equals(failing)) {
      throw new IllegalStateException("Nobody can say");
    }
    return answer;
  }

  /** The same with one thing less. */
  List<Terms> simpler() {
    long max = Long.MAX_VALUE;
    return Stream.of(
            with(TTL, maxStale, standInAtMost, standsIn, whileFresh, readsHeap),
            with(ttl, max, standInAtMost, standsIn, whileFresh, readsHeap),
            with(ttl, maxStale, max, standsIn, whileFresh, readsHeap),
            with(ttl, maxStale, standInAtMost, true, whileFresh, readsHeap),
            with(ttl, maxStale, standInAtMost, standsIn, false, readsHeap),
            with(ttl, maxStale, standInAtMost, standsIn, whileFresh, true),
            asking(Changed.NOT_ASKED, fingerprint),
            asking(changed, null))
        .filter(simpler -> !simpler.equals(this))
        .toList();
  }

  private Terms with(
      long length, long stale, long atMost, boolean stands, boolean fresh, boolean heap) {
    return new Terms(length, stale, atMost, stands, fresh, heap, changed, fingerprint);
  }

  Terms pastHeap() {
    return with(ttl, maxStale, standInAtMost, standsIn, whileFresh, false);
  }

  /** The same, with these questions. */
  Terms asking(Changed question, @Nullable String print) {
    return new Terms(
        ttl, maxStale, standInAtMost, standsIn, whileFresh, readsHeap, question, print);
  }

  /** Only what differs from {@link #PLAIN}. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    if (ttl != TTL) {
      parts.add("ttl " + ttl);
    }
    if (maxStale != Long.MAX_VALUE) {
      parts.add("maxStale " + maxStale);
    }
    if (standInAtMost != Long.MAX_VALUE) {
      parts.add("standInAtMost " + standInAtMost);
    }
    if (!standsIn) {
      parts.add("nothing stands in");
    }
    if (whileFresh) {
      parts.add("while fresh");
    }
    if (!readsHeap) {
      parts.add("past the heap");
    }
    if (changed != Changed.NOT_ASKED) {
      parts.add("changed: " + changed);
    }
    if (fingerprint != null) {
      parts.add("fingerprint " + fingerprint);
    }
    return parts.toString();
  }
}
