package dev.backstop.core;

import dev.backstop.Entry;
import dev.backstop.LoadFailure;
import dev.backstop.Origin;
import dev.backstop.backup.Backup;
import dev.backstop.clock.Micros;
import dev.backstop.fast.FastCopy;
import org.jspecify.annotations.Nullable;

/** Makes entries: what callers see of copies and loads. */
final class Answers {
  private Answers() {}

  /** A copy of what a backup holds. */
  static <V> FastCopy<V> copy(V value, Backup backup) {
    return FastCopy.fresh(
        value, backup.createdAt(), backup.expiresAt(), backup.lastAccess(), backup.validators());
  }

  /** A hit. */
  static <V> Entry<V> of(FastCopy<V> copy) {
    Origin origin = copy.failure() == null ? Origin.FAST : Origin.STAND_IN;
    return of(copy, copy.servedUntil(), origin, copy.failure());
  }

  static <V> Entry<V> of(
      FastCopy<V> copy, long until, Origin origin, @Nullable LoadFailure failure) {
    return new Entry<>(
        copy.value(), Micros.instant(copy.createdAt()), Micros.instant(until), origin, failure);
  }

  static <V> Entry<V> loaded(Landing.Loaded<V> loaded) {
    return new Entry<>(
        loaded.value(),
        Micros.instant(loaded.createdAt()),
        Micros.instant(loaded.expiresAt()),
        Origin.SOURCE,
        null);
  }
}
