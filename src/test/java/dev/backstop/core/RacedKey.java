package dev.backstop.core;

import dev.backstop.CacheTier;
import dev.backstop.Loader;
import dev.backstop.Policy;
import dev.backstop.Validators;
import dev.backstop.backup.RowKey;
import dev.backstop.fast.FastCopy;
import dev.backstop.fast.MapCopies;
import java.io.IOException;
import java.time.Duration;

/** A key that has a cache of its own, without backups: all is the library's, but for Ehcache. */
public abstract class RacedKey {
  private static final String KEY = "k";
  private static final RowKey ROW = new RowKey("feeds", KEY);
  private static final Policy POLICY =
      Policy.ttl(Duration.ofHours(1))
          .withoutReading(CacheTier.BACKUPS)
          .withoutWriting(CacheTier.BACKUPS)
          .over(Policy.DEFAULTS);
  static final Terms TERMS = Terms.of(POLICY);
  static final Terms OVERDUE_AT_ONCE =
      new Terms(
          TERMS.ttl(),
          TERMS.jitter(),
          TERMS.maxStale(),
          TERMS.softNanos(),
          0,
          TERMS.standInFor(),
          TERMS.standInAtMost(),
          TERMS.standInOn(),
          TERMS.backupReads(),
          TERMS.question(),
          TERMS.unread(),
          TERMS.unwritten(),
          TERMS.floor());
  static final Loader<String, IOException> FAILS =
      () -> {
        throw new IOException();
      };

  final Parts<String, String> parts = LoneCache.parts(new MapCopies<String, String>().tier());
  final Slots<String, String> slots = parts.slots();
  private final Loads<String, String> loads = new Loads<>(parts);

  Joined<String> join(Terms terms) {
    return slots.join(
        KEY,
        true,
        copy -> slots.serves(copy, parts.clock().now(), Long.MAX_VALUE),
        stamp -> loads.flight(KEY, ROW, stamp, terms));
  }

  Flight<String> lead(Terms terms) {
    return join(terms).flight();
  }

  void load(Flight<String> flight) {
    load(flight, () -> "loaded");
  }

  void load(Flight<String> flight, Loader<String, ?> loader) {
    loads.run(KEY, ROW, flight, loader, TERMS);
  }

  /** What a loader returned that was begun before. */
  void loaded(Flight<String> flight, String value) {
    loads.loaded(KEY, ROW, flight, value, flight.stamp(), TERMS, TERMS.ttl(), Validators.NONE);
  }

  void change(CopyChange<String> change) {
    slots.change(KEY, null, stamp -> stamp, change).tellTiers().run();
  }

  void put(String value) {
    change((copy, at) -> FastCopy.fresh(value, at, at + TERMS.ttl()));
  }

  void remove() {
    change((copy, at) -> null);
  }

  void expire() {
    change((copy, at) -> copy == null ? null : copy.expired());
  }

  void clear() {
    slots.bar(null, parts.clock().latest()).run();
  }

  /** What the fast tier holds. */
  String held() {
    FastCopy<String> copy = slots.get(KEY);
    if (copy == null) {
      return "nothing";
    }
    boolean isServed = slots.serves(copy, parts.clock().now(), Long.MAX_VALUE);
    String how = isServed ? "" : slots.isAlive(copy.createdAt()) ? "stale " : "dead ";
    return how + copy.value() + (copy.failure() == null ? "" : " standing in");
  }

  /** What a get does now. */
  String get() {
    Joined<String> joined = join(TERMS);
    if (joined.copy() != null) {
      return joined.copy().value();
    }
    return joined.leads() ? "loads" : "joins";
  }
}
