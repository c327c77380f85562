package dev.backstop;

import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a get behaves. Immutable; what it leaves unset comes from the cache's own policy ({@link
 * CacheSpec#policy}), and what that leaves unset from {@link #DEFAULTS}.
 *
 * <pre>{@code
 * Policy.ttl(Duration.ofMinutes(5)).softTimeout(Duration.ofMillis(300)).maxStale(Duration.ofDays(1))
 * }</pre>
 *
 * <p>Every duration is at least one millisecond; a shorter one, zero and negative ones are refused
 * with an {@code IllegalArgumentException} that names parameter and value.
 */
public final class Policy {
  private static final Policy UNSET = new Policy(new Settings());

  /**
   * What holds where neither the call nor the cache says otherwise: a ttl of 5 minutes, a stand-in
   * time of half the ttl and at most 10 minutes, and every exception but {@code
   * InterruptedException} and {@code CancellationException} stands in. No maxStale, no timeouts, no
   * refresh ahead, no jitter; backups are read {@link BackupReads#ON_FAILURE}, the source is not
   * asked whether anything changed, and every tier is read and written.
   */
  public static final Policy DEFAULTS =
      ttl(Duration.ofMinutes(5))
          .standInFor(0.5)
          .standInAtMost(Duration.ofMinutes(10))
          .standInOn(
              failure ->
                  !(failure instanceof InterruptedException
                      || failure instanceof CancellationException))
          .backupReads(BackupReads.ON_FAILURE)
          .withoutReading()
          .withoutWriting();

  /** Final, and never changed once it is here: safe to hand to other threads in any way. */
  private final Settings set;

  private Policy(Settings set) {
    this.set = set;
  }

  private Policy with(Consumer<Settings> change) {
    Settings copy = set.over(new Settings());
    change.accept(copy);
    return new Policy(copy);
  }

  /** A policy that sets nothing. */
  public static Policy unset() {
    return UNSET;
  }

  /** A policy that sets how long after its stamp a value is fresh, and nothing else. */
  public static Policy ttl(Duration ttl) {
    Checks.positive("ttl", ttl);
    return UNSET.with(settings -> settings.ttl = ttl);
  }

  /** The age, counted from the stamp, past which a backup may not stand in. */
  public Policy maxStale(Duration age) {
    Checks.positive("maxStale", age);
    return with(settings -> settings.maxStale = age);
  }

  /**
   * How long a caller waits for a load, counted from the load's start, before a usable backup
   * answers in its place. The load goes on and is stored when it is done.
   */
  public Policy softTimeout(Duration wait) {
    Checks.positive("softTimeout", wait);
    return with(settings -> settings.softTimeout = wait);
  }

  /**
   * How long a load may take, counted from its start. Past it the load is abandoned and counts as
   * failed with a {@link LoadTimeoutException}; a late result is stored if its stamp still wins.
   */
  public Policy hardTimeout(Duration wait) {
    Checks.positive("hardTimeout", wait);
    return with(settings -> settings.hardTimeout = wait);
  }

  /**
   * The share of the ttl, above 0 and at most 1, past which a get starts one load in the background
   * while callers keep the fast copy.
   */
  public Policy refreshAhead(double share) {
    Checks.fraction("refreshAhead", share);
    return with(settings -> settings.refreshAhead = share);
  }

  /** Shortens the ttl of each load by a random part, up to this, but by half the ttl at most. */
  public Policy jitter(Duration most) {
    Checks.positive("jitter", most);
    return with(settings -> settings.jitter = most);
  }

  /** The stand-in time as a fraction of the ttl, above 0 and at most 1. */
  public Policy standInFor(double fraction) {
    Checks.fraction("standInFor", fraction);
    return with(settings -> settings.standInFor = fraction);
  }

  /** The longest stand-in time, however long the ttl. */
  public Policy standInAtMost(Duration most) {
    Checks.positive("standInAtMost", most);
    return with(settings -> settings.standInAtMost = most);
  }

  /** Which failures stand in. An {@code Error} never does and is not asked about. */
  public Policy standInOn(Predicate<? super Exception> failures) {
    Checks.notNull("standInOn", failures);
    return with(settings -> settings.standInOn = failures);
  }

  /**
   * When a get that finds nothing to serve in the fast tier reads the backup. With {@link
   * BackupReads#WHILE_FRESH} it serves a fresh one, if that is no older than {@code maxStale}, for
   * what is left of the ttl that it was stored with.
   */
  public Policy backupReads(BackupReads mode) {
    Checks.notNull("backupReads", mode);
    return with(settings -> settings.backupReads = mode);
  }

  /**
   * Asks before a fast copy is served, with its stamp: true throws the copy away, and a load
   * follows. It is asked on the caller's thread, with no lock held, by every get that would be a
   * hit; not while something stands in. If it throws, the fast copy is served, and the log says so.
   *
   * @see Changes
   */
  public Policy changedSince(ChangedSince question) {
    Checks.notNull("changedSince", question);
    return with(settings -> settings.changedSince = question);
  }

  /**
   * What the source looks like, in as few words as tell two of its states apart, as a count and the
   * highest version do. It sees what a timestamp can't: deleted rows, and those that belong
   * elsewhere now. Called on the loading thread before the load, kept with the entry in both tiers,
   * and called again before a fast copy is served: if it is another, the copy is thrown away, and a
   * load follows. So is a copy without one, as after a {@code put}.
   *
   * <p>It is compared as text: that of the parts, for arrays and collections. It should be short,
   * and must not differ from one call to the next while nothing changed. One that throws before the
   * load leaves the entry without; one that throws later lets the fast copy be served, and the log
   * says so.
   */
  public Policy fingerprint(Callable<?> fingerprint) {
    Checks.notNull("fingerprint", fingerprint);
    return with(settings -> settings.fingerprint = fingerprint);
  }

  /**
   * Spares the database: {@link #changedSince} and {@link #fingerprint} are not asked again about
   * an entry for so long after they found no change, or failed. An answer may so be this much
   * older. Without it, every get asks.
   */
  public Policy askAtMostEvery(Duration interval) {
    Checks.positive("askAtMostEvery", interval);
    return with(settings -> settings.askAtMostEvery = interval);
  }

  /**
   * Tiers that a get does not look into, as if they held nothing for it, be it to answer or to
   * stand in: {@link CacheTier#HEAP}, {@link CacheTier#BACKUPS}, or the name of a {@link CacheTier}
   * between them. Callers who share a load go by the terms of the one who leads it.
   */
  public Policy withoutReading(String... tiers) {
    Set<String> names = Set.copyOf(Arrays.asList(Checks.notNull("withoutReading", tiers)));
    return with(settings -> settings.unread = names);
  }

  /**
   * Tiers that hold nothing of what a get loads, or finds in another: what they held of the key
   * goes, but for the backup, which stays as it is. Explicit changes reach every tier.
   */
  public Policy withoutWriting(String... tiers) {
    Set<String> names = Set.copyOf(Arrays.asList(Checks.notNull("withoutWriting", tiers)));
    return with(settings -> settings.unwritten = names);
  }

  /** This policy, with what it leaves unset taken from {@code defaults}. */
  public Policy over(Policy defaults) {
    Checks.notNull("defaults", defaults);
    return new Policy(set.over(defaults.set));
  }

  /** What {@link #ttl(Duration)} set, or null. */
  public @Nullable Duration ttl() {
    return set.ttl;
  }

  /** What {@link #maxStale(Duration)} set, or null. */
  public @Nullable Duration maxStale() {
    return set.maxStale;
  }

  /** What {@link #softTimeout(Duration)} set, or null. */
  public @Nullable Duration softTimeout() {
    return set.softTimeout;
  }

  /** What {@link #hardTimeout(Duration)} set, or null. */
  public @Nullable Duration hardTimeout() {
    return set.hardTimeout;
  }

  /** What {@link #refreshAhead(double)} set, or null. */
  public @Nullable Double refreshAhead() {
    return set.refreshAhead;
  }

  /** What {@link #jitter(Duration)} set, or null. */
  public @Nullable Duration jitter() {
    return set.jitter;
  }

  /** What {@link #standInFor(double)} set, or null. */
  public @Nullable Double standInFor() {
    return set.standInFor;
  }

  /** What {@link #standInAtMost(Duration)} set, or null. */
  public @Nullable Duration standInAtMost() {
    return set.standInAtMost;
  }

  /** What {@link #standInOn(Predicate)} set, or null. */
  public @Nullable Predicate<? super Exception> standInOn() {
    return set.standInOn;
  }

  /** What {@link #backupReads(BackupReads)} set, or null. */
  public @Nullable BackupReads backupReads() {
    return set.backupReads;
  }

  /** What {@link #changedSince(ChangedSince)} set, or null. */
  public @Nullable ChangedSince changedSince() {
    return set.changedSince;
  }

  /** What {@link #fingerprint(Callable)} set, or null. */
  public @Nullable Callable<?> fingerprint() {
    return set.fingerprint;
  }

  /** What {@link #askAtMostEvery(Duration)} set, or null. */
  public @Nullable Duration askAtMostEvery() {
    return set.askAtMostEvery;
  }

  /** What {@link #withoutReading} set, or null. */
  public @Nullable Set<String> unread() {
    return set.unread;
  }

  /** What {@link #withoutWriting} set, or null. */
  public @Nullable Set<String> unwritten() {
    return set.unwritten;
  }
}
