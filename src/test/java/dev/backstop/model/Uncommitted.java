package dev.backstop.model;

import dev.backstop.Origin;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the open transaction of a node changed: seen by itself alone, and done by its commit. */
final class Uncommitted implements KeyChanges {
  private final Map<Integer, Written> written = new LinkedHashMap<>();
  private long now;

  /**
   * What became of one key.
   *
   * @param put null if there is none, or if it was removed since
   */
  private record Written(@Nullable Put put, boolean isRemoved, boolean isExpired) {}

  private record Put(String value, long ttl, long asOf, long stamp) {}

  void now(long moment) {
    now = moment;
  }

  @Override
  public void put(int node, int key, String value, long ttl, long asOf) {
    written.put(key, new Written(new Put(value, ttl, asOf, Math.min(now, asOf)), false, false));
  }

  @Override
  public void remove(int node, int key) {
    written.put(key, new Written(null, true, false));
  }

  /** What was put is put all the same, as it may stand in; what was removed stays removed. */
  @Override
  public void expire(int node, int key) {
    written.merge(
        key,
        new Written(null, false, true),
        (before, expired) -> new Written(before.put, before.isRemoved, !before.isRemoved));
  }

  /** Whether it changed that key. */
  boolean knows(int key) {
    return written.containsKey(key);
  }

  /** What it sees of a key that it knows and has put; null if it hides what others put. */
  @Nullable Seen seen(int key) {
    Written change = Objects.requireNonNull(written.get(key));
    Put put = change.put;
    if (put == null) {
      return null;
    }
    long until = put.stamp + put.ttl;
    return change.isExpired || now >= until
        ? Seen.NOTHING
        : Seen.entry(Origin.FAST, put.value, put.stamp, until, null);
  }

  /** Does all of it now. */
  void commit(int node, KeyChanges target) {
    written.forEach(
        (key, change) -> {
          Put put = change.put;
          if (put != null) {
            target.put(node, key, put.value, put.ttl, put.asOf);
          }
          if (change.isRemoved) {
            target.remove(node, key);
          }
          if (change.isExpired) {
            target.expire(node, key);
          }
        });
  }
}
