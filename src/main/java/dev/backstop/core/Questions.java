package dev.backstop.core;

import dev.backstop.ChangedSince;
import dev.backstop.backup.Once;
import dev.backstop.clock.Micros;
import dev.backstop.clock.StampClock;
import dev.backstop.fast.FastCopy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Asks whether the source changed since a copy was made, outside of every lock. */
final class Questions<K, V> {
  private static final Logger LOG = System.getLogger("dev.backstop");

  private final String cache;
  private final StampClock clock;
  private final Slots<K, V> slots;
  private final LongAdder failures;
  private final Once unanswered = new Once();

  Questions(String cache, StampClock clock, Slots<K, V> slots, LongAdder failures) {
    this.failures = failures;
    this.cache = cache;
    this.clock = clock;
    this.slots = slots;
  }

  /**
   * Returns whether a copy that would be served may be. If its source changed, the freshness of
   * this very copy ends, and of none that came meanwhile.
   */
  boolean confirm(K key, FastCopy<V> copy, Question question) {
    if (copy.failure() != null || !hasChanged(copy, question)) {
      return true; // while something stands in, the source is left alone
    }
    slots.update(
        key,
        copy.createdAt(),
        held -> {
          boolean same = held != null && held.createdAt() == copy.createdAt();
          return same && held.failure() == null ? held.expired() : held;
        });
    return false;
  }

  /** Asks about a copy, wherever it comes from, unless it was asked about of late. */
  boolean hasChanged(FastCopy<?> copy, Question question) {
    long now = clock.now();
    if (copy.mark().wasAsked(now, question.atMostEvery())) {
      return false;
    }
    boolean changed =
        changedSince(copy, question.changedSince()) || isAnother(copy, question.fingerprint());
    if (!changed) {
      copy.mark().asked(now); // when the question began
    }
    return changed;
  }

  private boolean changedSince(FastCopy<?> copy, @Nullable ChangedSince question) {
    try {
      return question != null && question.test(Micros.instant(copy.createdAt()));
    } catch (Exception failure) {
      unanswered("changedSince failed: fast copies are served", failure);
      return false;
    }
  }

  private boolean isAnother(FastCopy<?> copy, @Nullable Callable<?> fingerprint) {
    try {
      return fingerprint != null
          && !Fingerprints.text(fingerprint.call()).equals(copy.validators().fingerprint());
    } catch (Exception failure) {
      unanswered("fingerprint failed: fast copies are served", failure);
      return false;
    }
  }

  /** What the source looks like before a load: what changes during the load then shows. */
  @Nullable String fingerprint(Question question) {
    Callable<?> fingerprint = question.fingerprint();
    try {
      return fingerprint == null ? null : Fingerprints.text(fingerprint.call());
    } catch (Exception failure) {
      unanswered("fingerprint failed before a load: what was loaded has none", failure);
      return null;
    }
  }

  private void unanswered(String what, Exception failure) {
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    failures.increment();
    if (unanswered.isFirst(what + Causes.text(failure))) {
      Causes.log(
          LOG,
          Level.WARNING,
          "Cache " + cache + ": its " + what + "; this cause is not logged again",
          failure);
    }
  }
}
