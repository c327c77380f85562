package dev.backstop;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a policy sets; null where it sets nothing. */
final class Settings {
  @Nullable Duration ttl;
  @Nullable Duration maxStale;
  @Nullable Duration softTimeout;
  @Nullable Duration hardTimeout;
  @Nullable Double refreshAhead;
  @Nullable Duration jitter;
  @Nullable Double standInFor;
  @Nullable Duration standInAtMost;
  @Nullable Predicate<? super Exception> standInOn;
  @Nullable BackupReads backupReads;
  @Nullable ChangedSince changedSince;
  @Nullable Callable<?> fingerprint;
  @Nullable Duration askAtMostEvery;
  @Nullable Set<String> unread;
  @Nullable Set<String> unwritten;

  Settings over(Settings other) {
    Settings both = new Settings();
    both.ttl = first(ttl, other.ttl);
    both.maxStale = first(maxStale, other.maxStale);
    both.softTimeout = first(softTimeout, other.softTimeout);
    both.hardTimeout = first(hardTimeout, other.hardTimeout);
    both.refreshAhead = first(refreshAhead, other.refreshAhead);
    both.jitter = first(jitter, other.jitter);
    both.standInFor = first(standInFor, other.standInFor);
    both.standInAtMost = first(standInAtMost, other.standInAtMost);
    both.standInOn = first(standInOn, other.standInOn);
    both.backupReads = first(backupReads, other.backupReads);
    both.changedSince = first(changedSince, other.changedSince);
    both.fingerprint = first(fingerprint, other.fingerprint);
    both.askAtMostEvery = first(askAtMostEvery, other.askAtMostEvery);
    both.unread = first(unread, other.unread);
    both.unwritten = first(unwritten, other.unwritten);
    return both;
  }

  private static <T> @Nullable T first(@Nullable T own, @Nullable T other) {
    return own != null ? own : other;
  }
}
