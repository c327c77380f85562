package dev.backstop.model;

import dev.backstop.BackupReads;
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
    Changed changed,
    @Nullable String fingerprint) {
  static final String THROWS = "throws";
  static final long TTL = 60_000;
  static final Terms PLAIN =
      new Terms(TTL, Long.MAX_VALUE, Long.MAX_VALUE, true, false, Changed.NOT_ASKED, null);

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
            new Terms(TTL, maxStale, standInAtMost, standsIn, whileFresh, changed, fingerprint),
            new Terms(ttl, max, standInAtMost, standsIn, whileFresh, changed, fingerprint),
            new Terms(ttl, maxStale, max, standsIn, whileFresh, changed, fingerprint),
            new Terms(ttl, maxStale, standInAtMost, true, whileFresh, changed, fingerprint),
            new Terms(ttl, maxStale, standInAtMost, standsIn, false, changed, fingerprint),
            new Terms(
                ttl, maxStale, standInAtMost, standsIn, whileFresh, Changed.NOT_ASKED, fingerprint),
            new Terms(ttl, maxStale, standInAtMost, standsIn, whileFresh, changed, null))
        .filter(simpler -> !simpler.equals(this))
        .toList();
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
    if (changed != Changed.NOT_ASKED) {
      parts.add("changed: " + changed);
    }
    if (fingerprint != null) {
      parts.add("fingerprint " + fingerprint);
    }
    return parts.toString();
  }
}
