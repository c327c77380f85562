package dev.backstop.core;

import dev.backstop.CacheTier;
import dev.backstop.KeyLocks;
import dev.backstop.TierReport;
import dev.backstop.backup.BackupStore;
import dev.backstop.backup.Blob;
import dev.backstop.backup.Found;
import dev.backstop.backup.RowKey;
import dev.backstop.clock.Stamp;
import dev.backstop.clock.StampClock;
import dev.backstop.fast.FastCopy;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The tiers between the fast tier and the backups, from the top. They follow the fast tier: each
 * step that changes the copy of a key leaves a mark, and whoever made the step then tells the
 * tiers, outside of it. Until that is done, what they hold up to the mark's stamp is not believed.
 */
final class Tiers<K, V> {
  private final List<Tier> tiers;
  private final Set<String> names = new LinkedHashSet<>();
  private final Keys<K> keys;
  private final Encoding<V> values;
  private final BackupStore store;
  private final StampClock clock;
  private final Executor executor;
  private final Stamp openedAt;
  private final Map<K, Mark<K, V>> marks = new ConcurrentHashMap<>();
  private final KeyLocks<String> locks = new KeyLocks<>();
  private final AtomicBoolean isRepairing = new AtomicBoolean();

  Tiers(
      List<CacheTier> tiers,
      Keys<K> keys,
      Encoding<V> values,
      BackupStore store,
      StampClock clock,
      Executor executor) {
    this.tiers = tiers.stream().map(tier -> new Tier(keys.storedCache(), tier, clock)).toList();
    names.add(CacheTier.HEAP);
    this.tiers.forEach(tier -> checkUnique(tier.name()));
    checkUnique(CacheTier.BACKUPS);
    this.keys = keys;
    this.values = values;
    this.store = store;
    this.clock = clock;
    this.executor = executor;
    this.openedAt = tiers.isEmpty() ? Stamp.given(0) : clock.latest();
  }

  private void checkUnique(String name) {
    if (!names.add(name)) {
      throw new IllegalArgumentException(
          "tiers must have names of their own, was " + name + " beside " + names);
    }
  }

  /**
   * What the tiers are to be told of a key.
   *
   * @param copy what they are to hold, or null
   * @param stamp what they hold up to it is replaced
   */
  record Mark<K, V>(K key, @Nullable FastCopy<V> copy, long stamp, Reach reach) {}

  /**
   * A copy, and where it was.
   *
   * @param tier the tier's name
   * @param depth how many tiers are above it
   */
  record Held<V>(FastCopy<V> copy, String tier, int depth) {}

  boolean isEmpty() {
    return tiers.isEmpty();
  }

  /** The names of these tiers. */
  String[] between() {
    return tiers.stream().map(Tier::name).toArray(String[]::new);
  }

  /** In a step: says what the tiers are to be told. */
  Mark<K, V> mark(K key, @Nullable FastCopy<V> copy, long stamp, Reach reach) {
    return marks.merge(
        key,
        new Mark<>(key, copy, stamp, reach),
        (before, now) ->
            new Mark<>(key, copy, Math.max(before.stamp, stamp), now.reach.atLeast(before.reach)));
  }

  /** Outside of every step: tells the tiers, the deepest first, unless a later mark will. */
  @SuppressWarnings("ReferenceEquality") // the very mark, not one like it
  void follow(Mark<K, V> mark) {
    byte[] packed = mark.copy == null ? null : packed(mark.copy);
    String text = text(keys.row(mark.key));
    try (KeyLocks.Held held = locks.lock(text)) {
      if (marks.get(mark.key) == mark) {
        for (int i = Math.min(tiers.size(), mark.reach.depth()) - 1; i >= 0; i--) {
          Tier tier = tiers.get(i);
          tier.write(text, mark.reach.skips(tier.name()) ? null : packed, mark.stamp);
        }
        marks.remove(mark.key, mark);
      }
    }
    repairIfNeeded();
  }

  private byte @Nullable [] packed(FastCopy<V> copy) {
    Blob blob = values.encodeOrNull(copy.value());
    return blob == null ? null : Envelope.pack(copy, blob);
  }

  /** The same on another thread. */
  void followSoon(Mark<K, V> mark) {
    soon(() -> follow(mark));
  }

  /** Runs something on another thread, where there is one. */
  void soon(Runnable task) {
    try {
      executor.execute(task);
    } catch (Throwable noThread) {
      task.run();
    }
  }

  /** Finds the first copy from the top that is served. */
  @Nullable Held<V> find(K key, RowKey row, Set<String> unread, Predicate<FastCopy<?>> isServed) {
    Held<V> found = null;
    for (int depth = 0; depth < tiers.size() && found == null; depth++) {
      Tier tier = tiers.get(depth);
      FastCopy<Blob> copy = unread.contains(tier.name()) ? null : read(tier, key, row);
      if (copy != null
          && copy.createdAt() <= clock.future()
          && isServed.test(copy)
          && isConfirmed(row, copy)) {
        FastCopy<V> decoded = decoded(copy);
        if (decoded != null) {
          tier.countAnswer();
          found = new Held<>(decoded, tier.name(), depth);
        }
      }
    }
    repairIfNeeded();
    return found;
  }

  /** Finds the newest copy, served or not; it may have ended in the backups. */
  @Nullable FastCopy<V> newest(K key, RowKey row, Set<String> unread) {
    return tiers.stream()
        .filter(tier -> !unread.contains(tier.name()))
        .map(tier -> read(tier, key, row))
        .filter(Objects::nonNull)
        .max(Comparator.comparingLong(FastCopy::createdAt))
        .map(this::decoded)
        .orElse(null);
  }

  /**
   * Reads what is not marked, neither before nor after: a change that was marked may have the tier
   * told meanwhile, whose mark is gone then.
   */
  private @Nullable FastCopy<Blob> read(Tier tier, K key, RowKey row) {
    Mark<K, V> before = marks.get(key);
    FastCopy<Blob> copy = tier.read(text(row));
    return copy != null && isAbove(copy, before) && isAbove(copy, marks.get(key)) ? copy : null;
  }

  private static boolean isAbove(FastCopy<?> copy, @Nullable Mark<?, ?> mark) {
    return mark == null || copy.createdAt() > mark.stamp;
  }

  private @Nullable FastCopy<V> decoded(FastCopy<Blob> copy) {
    try {
      return copy.of(values.decode(copy.value()));
    } catch (Values.UndecodableException logged) {
      return null;
    }
  }

  /**
   * What a tier kept from before this cache was opened may have been removed meanwhile, elsewhere:
   * the backups have to say that it still holds, if they answer at all.
   */
  private boolean isConfirmed(RowKey row, FastCopy<?> copy) {
    if (copy.createdAt() > clock.current(openedAt)) {
      return true;
    }
    Found found = store.find(row, true);
    return found.trouble() != null || found.confirms(copy.createdAt(), copy.order());
  }

  /**
   * Believes nothing of the rows whose keys match, up to a stamp; what is returned then removes it.
   */
  Runnable end(Predicate<String> rowKeys, long stamp) {
    List<Tier.Bar> bars = bars(rowKeys, stamp);
    return () -> {
      for (int i = bars.size() - 1; i >= 0; i--) {
        tiers.get(i).remove(bars.get(i));
      }
    };
  }

  /** The same of these rows, which are looked for one by one. */
  Runnable end(Set<String> rowKeys, long stamp) {
    List<Tier.Bar> bars = bars(rowKeys::contains, stamp);
    return () -> {
      if (!bars.isEmpty()) {
        rowKeys.forEach(rowKey -> forget(text(new RowKey(keys.storedCache(), rowKey)), stamp));
      }
      for (int i = 0; i < bars.size(); i++) {
        tiers.get(i).lift(bars.get(i));
      }
    };
  }

  private List<Tier.Bar> bars(Predicate<String> rowKeys, long stamp) {
    int prefix = keys.storedCache().length() + 1;
    return tiers.stream()
        .map(tier -> tier.bar(text -> rowKeys.test(text.substring(prefix)), stamp))
        .toList();
  }

  private void forget(String text, long stamp) {
    try (KeyLocks.Held held = locks.lock(text)) {
      for (int i = tiers.size() - 1; i >= 0; i--) {
        tiers.get(i).write(text, null, stamp);
      }
    }
  }

  /** Believes nothing any more, as the database's clock was set back. */
  void startOver() {
    tiers.forEach(Tier::startOver);
  }

  private void repairIfNeeded() {
    if (tiers.stream().anyMatch(Tier::wantsRepair) && isRepairing.compareAndSet(false, true)) {
      soon(this::repair);
    }
  }

  private void repair() {
    try {
      tiers.forEach(tier -> tier.repair(locks));
    } finally {
      isRepairing.set(false);
    }
  }

  List<TierReport> report(String cache) {
    return tiers.stream().map(tier -> tier.report(cache)).toList();
  }

  /** Refuses what names no tier of this cache. */
  void checkNames(String parameter, Set<String> given) {
    if (!names.containsAll(given)) {
      throw new IllegalArgumentException(
          parameter + " must name tiers of " + names + ", was " + given);
    }
  }

  private String text(RowKey row) {
    return row.cache() + "/" + row.key();
  }
}
