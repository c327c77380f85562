package dev.backstop.backup;

import dev.backstop.BackupUnavailableException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds backups in the queue and in the table. Trouble is part of what is found, never thrown. */
final class Reads {
  private static final Logger LOG = System.getLogger("dev.backstop");

  /** As many keys as one statement asks for. */
  private static final int KEYS_PER_READ = 256;

  private final WriteQueue queue;
  private final Supplier<@Nullable Database> database;
  private final Shelter shelter;
  private final Outage outage;
  private final Once unreadable = new Once();

  Reads(WriteQueue queue, Supplier<@Nullable Database> database, Shelter shelter, Outage outage) {
    this.queue = queue;
    this.database = database;
    this.shelter = shelter;
    this.outage = outage;
  }

  /** See {@link BackupStore#find}. */
  Found find(RowKey key, boolean inHand) {
    Found queued = queue.find(key); // first: what is written in between is seen below
    try {
      return newest(queued, ask(open -> open.find(key, inHand)));
    } catch (RuntimeException | Error trouble) {
      note(trouble);
      return new Found(queued.backup(), queued.barrier(), trouble);
    }
  }

  /** See {@link BackupStore#findAll}. */
  Map<RowKey, Found> findAll(Collection<RowKey> keys, boolean inHand) {
    Map<RowKey, Found> found = new HashMap<>();
    List<RowKey> all = keys.stream().distinct().toList();
    for (int from = 0; from < all.size(); from += KEYS_PER_READ) {
      int to = Math.min(all.size(), from + KEYS_PER_READ);
      findPart(all.subList(from, to), inHand, found);
    }
    return found;
  }

  private void findPart(List<RowKey> keys, boolean inHand, Map<RowKey, Found> found) {
    if (keys.size() == 1) {
      found.put(keys.get(0), find(keys.get(0), inHand));
      return;
    }
    Map<RowKey, Found> queued = new HashMap<>();
    keys.forEach(key -> queued.put(key, queue.find(key)));
    String cache = keys.get(0).cache();
    List<String> texts = keys.stream().map(RowKey::key).toList();
    try {
      Map<String, Found> stored = ask(open -> open.findAll(cache, texts, inHand));
      queued.forEach(
          (key, here) ->
              found.put(key, newest(here, stored.getOrDefault(key.key(), Found.NOTHING))));
    } catch (RuntimeException | Error trouble) {
      if (SqlFailures.of(trouble).mayDoInParts()) { // the others can be read, or less at a time
        int half = keys.size() / 2;
        findPart(keys.subList(0, half), inHand, found);
        findPart(keys.subList(half, keys.size()), inHand, found);
        return;
      }
      note(trouble);
      queued.forEach(
          (key, here) -> found.put(key, new Found(here.backup(), here.barrier(), trouble)));
    }
  }

  private static Found newest(Found queued, Found stored) {
    return new Found(
        queued.backup().or(stored.backup()), queued.barrier().or(stored.barrier()), null);
  }

  private <T> T ask(Function<Database, T> question) {
    Database open = database.get();
    if (open == null || outage.isUnreadable()) {
      Throwable out = outage.cause();
      throw new BackupUnavailableException("Backups are out: " + Outage.why(out), out);
    }
    return shelter.call(open.dialect, () -> question.apply(open));
  }

  private void note(Throwable trouble) {
    if (SqlFailures.of(trouble).mayDoInParts()) {
      if (unreadable.isFirst(trouble.toString())) {
        LOG.log(Level.WARNING, "A backup can't be read; this cause is not logged again", trouble);
      }
    } else if (!outage.isUnreadable()) {
      outage.begin(trouble);
    }
  }
}
