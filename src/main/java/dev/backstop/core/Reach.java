package dev.backstop.core;

import java.util.Set;

/**
 * Which tiers a fill reaches.
 *
 * @param depth how many of those below the fast tier: all above the one that the copy came from
 * @param skipped the names of those that are to hold nothing of it
 */
record Reach(int depth, Set<String> skipped) {
  /** Every tier. */
  static final Reach ALL = new Reach(Integer.MAX_VALUE, Set.of());

  boolean skips(String tier) {
    return skipped.contains(tier);
  }

  Reach atLeast(Reach other) {
    return new Reach(Math.max(depth, other.depth), skipped);
  }
}
