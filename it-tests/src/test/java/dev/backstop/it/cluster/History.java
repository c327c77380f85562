package dev.backstop.it.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is known of the keys: versions of their source count up, each change says below which of
 * them nothing may be returned any more, and what a get returned is held against that.
 */
final class History {
  private final Path directory;
  private final long boundNanos;
  private final Map<String, AtomicInteger> versions = new ConcurrentHashMap<>();
  private final Map<String, List<Change>> changes = new ConcurrentHashMap<>();
  private final Map<String, Long> newestStamps = new ConcurrentHashMap<>();
  private final Map<String, Long> failedAt = new ConcurrentHashMap<>();
  private final List<String> violations = new ArrayList<>();
  final AtomicInteger gets = new AtomicInteger();
  final AtomicInteger acknowledged = new AtomicInteger();

  /** With the source's directory, and the time after which everybody has heard. */
  History(Path directory, long boundNanos) {
    this.directory = directory;
    this.boundNanos = boundNanos;
  }

  /** A change, which ended all below a version; an expiry leaves that to stand in. */
  private record Change(long beganAt, long acknowledgedAt, int endsBelow, boolean isExpiry) {}

  /** The source's file for a key. */
  Path source(String key) {
    return directory.resolve(key);
  }

  /** The source changes; returns its version. */
  int nextVersion(String key) throws IOException {
    int version = versions.computeIfAbsent(key, same -> new AtomicInteger()).incrementAndGet();
    Path next = directory.resolve(key + ".next");
    Files.writeString(next, Integer.toString(version));
    Files.move(next, source(key), StandardCopyOption.ATOMIC_MOVE);
    return version;
  }

  /** A change was acknowledged, that was asked for when the source had that version. */
  void acknowledged(String key, int version, long beganAt, boolean isExpiry) {
    acknowledged.incrementAndGet();
    changes
        .computeIfAbsent(key, same -> Collections.synchronizedList(new ArrayList<>()))
        .add(new Change(beganAt, System.nanoTime(), version, isExpiry));
  }

  /** A get whose load fails if there is one begins, or has ended: a backup may stand in. */
  void failing(String node, String key) {
    failedAt.put(node + " " + key, System.nanoTime());
  }

  /** The version below which a get that began then may not return what it did. */
  private int floor(String node, String key, long beganAt, boolean standsIn) {
    List<Change> all = changes.getOrDefault(key, List.of());
    Long failed = failedAt.get(node + " " + key);
    int floor = 0;
    synchronized (all) {
      for (Change change : all) {
        boolean leavesIt = change.isExpiry && standsIn && failed != null && failed > change.beganAt;
        if (beganAt - change.acknowledgedAt > boundNanos && !leavesIt) {
          floor = Math.max(floor, change.endsBelow);
        }
      }
    }
    return floor;
  }

  /** A get on that node, which asks for one after the other, has returned this. */
  void returned(String node, String key, long beganAt, String answer) {
    gets.incrementAndGet();
    String[] words = answer.split(" ");
    String origin = words[0];
    int version = Integer.parseInt(words[1]);
    int floor = floor(node, key, beganAt, origin.equals("STAND_IN"));
    if (version < floor) {
      violation(node + " returned " + answer + " of " + key + ", below " + floor);
    }
    long stamp = Long.parseLong(words[2]);
    Long before = newestStamps.put(node + " " + key, stamp);
    // A load has the earliest time at which it may have begun, a put the latest that it may be:
    // who has just met a put may load anew within that difference, and that is no older value.
    if (before != null && stamp < before && !origin.equals("SOURCE")) {
      violation(node + " returned " + answer + " of " + key + " after the stamp " + before);
    }
  }

  private synchronized void violation(String what) {
    violations.add(what);
  }

  synchronized List<String> violations() {
    return List.copyOf(violations);
  }
}
