package dev.backstop.core;

import dev.backstop.BackupFilter;
import dev.backstop.BackupUnavailableException;
import dev.backstop.backup.Change;
import dev.backstop.backup.News;
import dev.backstop.backup.Outcome;
import dev.backstop.backup.RowKey;
import dev.backstop.backup.Selected;
import dev.backstop.core.ExplicitChanges.Queued;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Changes of all keys that a filter means. They have one stamp, that of the call: what is put, or
 * begins to load, while they are under way is above it.
 *
 * <p>They wait for the table part by part, also where other changes of the cache do not wait: the
 * queue of writes would drop what it has no room for.
 */
final class ManyChanges<K, V> {
  private static final int PART = 500;

  private final Parts<K, V> parts;
  private final ExplicitChanges<K, V> changes;

  ManyChanges(Parts<K, V> parts, ExplicitChanges<K, V> changes) {
    this.parts = parts;
    this.changes = changes;
  }

  /** What is done to each key. */
  private record Deed<V>(String what, Change ofRow, CopyChange<V> ofCopy, News.Kind ofPrefix) {}

  private long stamp(Deed<V> deed) {
    return parts.clock().current(deed.ofRow.stamp());
  }

  long expireAll(BackupFilter which) {
    return change(
        which,
        new Deed<>(
            "Expiring what is meant by " + which,
            new Change.Expiry(parts.clock().latest()),
            (copy, stamp) -> copy == null || copy.order() > stamp ? copy : copy.expired(),
            News.Kind.EXPIRE_PREFIX));
  }

  long removeAll(BackupFilter which) {
    return change(
        which,
        new Deed<>(
            "Removing what is meant by " + which,
            new Change.Removal(parts.clock().latest(), false),
            (copy, stamp) -> Loads.isAfter(copy, stamp) ? copy : null,
            News.Kind.REMOVE_PREFIX));
  }

  private long change(BackupFilter which, Deed<V> deed) {
    if (which.kind() != BackupFilter.Kind.KEY_PREFIX) {
      // Of what is queued only the table can tell whether it is meant.
      parts.store().flush(parts.keys().storedCache());
      return changeTable(which, Set.of(), deed);
    }
    Predicate<String> texts = text -> text.startsWith(which.text());
    Runnable inTiers = parts.tiers().end(texts, stamp(deed)); // also what only they hold
    try {
      Set<String> here = changeHere(texts, deed);
      long changed = here.size() + changeTable(which, here, deed);
      // Others may hold what has no row.
      String cache = parts.keys().storedCache();
      parts.store().tell(new News(cache, which.text(), deed.ofPrefix, stamp(deed)));
      return changed;
    } finally {
      inTiers.run();
    }
  }

  /** Changes the rows that are meant, but for those of {@code here}, part by part. */
  private long changeTable(BackupFilter which, Set<String> here, Deed<V> deed) {
    String cache = parts.keys().storedCache();
    long changed = 0;
    String from = null;
    do {
      Selected selected = parts.store().select(cache, which, from);
      Set<String> rows = new HashSet<>(selected.keys());
      rows.removeAll(here);
      changeRows(rows, deed);
      changed += rows.size();
      from = selected.next();
    } while (from != null);
    return changed;
  }

  /**
   * Changes what this process holds, loads or has queued, whether the database answers or not, and
   * returns the texts of its keys.
   */
  private Set<String> changeHere(Predicate<String> texts, Deed<V> deed) {
    Map<K, RowKey> held = held(texts);
    Set<String> done = new HashSet<>();
    held.values().forEach(row -> done.add(row.key()));
    List<Supplier<Queued>> steps = new ArrayList<>();
    held.forEach(
        (key, row) ->
            steps.add(
                () -> {
                  Slots.Changed<Queued> changed =
                      parts
                          .slots()
                          .change(
                              key,
                              deed.ofRow.stamp(),
                              stamp -> changes.queue(row, deed.ofRow),
                              deed.ofCopy);
                  return new Queued(changed.stamp(), changed.queued().write(), changed.tellTiers());
                }));
    for (String text : parts.store().queuedValues(parts.keys().storedCache())) {
      if (texts.test(text) && done.add(text)) {
        steps.add(() -> changes.queue(row(text), deed.ofRow));
      }
    }
    BackupUnavailableException trouble = null;
    for (int from = 0; from < steps.size(); from += PART) {
      List<Queued> queued = queue(steps.subList(from, Math.min(steps.size(), from + PART)));
      try {
        if (trouble == null) {
          changes.awaitDurable(deed.what, queued);
        }
      } catch (BackupUnavailableException first) {
        trouble = first; // the others are to hold here all the same
      }
      queued.forEach(changes::tellTiers);
    }
    if (trouble != null) {
      throw trouble;
    }
    return done;
  }

  /** Changes rows, and what this process holds of them. */
  private void changeRows(Set<String> texts, Deed<V> deed) {
    if (texts.isEmpty()) {
      return;
    }
    List<Runnable> tiers = new ArrayList<>();
    tiers.add(parts.tiers().end(texts, stamp(deed)));
    List<Supplier<Queued>> steps = new ArrayList<>();
    texts.forEach(text -> steps.add(() -> changes.queue(row(text), deed.ofRow)));
    List<Queued> queued = queue(steps);
    // After it: who fills the fast tier from a row, from now on, finds the change queued.
    held(texts::contains)
        .keySet()
        .forEach(
            key ->
                tiers.add(
                    parts
                        .slots()
                        .change(key, deed.ofRow.stamp(), stamp -> stamp, deed.ofCopy)
                        .tellTiers()));
    try {
      changes.awaitDurable(deed.what, queued);
    } finally {
      changes.tellTiers(
          new Queued(deed.ofRow.stamp(), all(queued), () -> tiers.forEach(Runnable::run)));
    }
  }

  private static CompletableFuture<Outcome> all(List<Queued> queued) {
    return CompletableFuture.allOf(
            queued.stream().map(Queued::write).toArray(CompletableFuture<?>[]::new))
        .thenApply(done -> Outcome.STORED);
  }

  private List<Queued> queue(List<Supplier<Queued>> steps) {
    List<Queued> queued = new ArrayList<>();
    parts.store().together(() -> steps.forEach(step -> queued.add(step.get())));
    return queued;
  }

  private RowKey row(String text) {
    return new RowKey(parts.keys().storedCache(), text);
  }

  /** The keys that this process has a copy of, or loads, and whose rows are among those. */
  private Map<K, RowKey> held(Predicate<String> texts) {
    Map<K, RowKey> held = new HashMap<>();
    parts
        .slots()
        .forEachKey(
            key -> {
              RowKey row = parts.keys().row(key);
              if (texts.test(row.key())) {
                held.put(key, row);
              }
            });
    return held;
  }
}
