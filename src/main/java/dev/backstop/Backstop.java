package dev.backstop;

import java.util.List;

/**
 * The caches of one application and the database that backs them up. Thread-safe; made once and
 * closed at the end.
 *
 * <pre>{@code
 * try (Backstop backstop = Backstop.builder().jdbcUrl("jdbc:h2:./backups").build()) {
 *   BackedCache<String, Feed> feeds =
 *       backstop.cache(CacheSpec.of("feeds", String.class, Feed.class));
 *   Feed feed = feeds.get("planet", () -> fetch("planet"));
 * }
 * }</pre>
 */
public interface Backstop extends AutoCloseable {
  /** Begins to configure a Backstop. */
  static BackstopBuilder builder() {
    return new BackstopBuilder();
  }

  /**
   * Returns the cache of that name, and makes it at the first call.
   *
   * @throws IllegalArgumentException if there is a cache of that name whose key or value type is
   *     another (the message names both), or if the value type names an {@code @Entity} and {@link
   *     CacheSpec#entitiesAllowed()} is not set
   * @throws IllegalStateException after {@link #close()}
   */
  <K, V> BackedCache<K, V> cache(CacheSpec<K, V> spec);

  /**
   * Begins a transaction that the calling thread drives by hand, where nothing else tells of it:
   * with {@code RESOURCE_LOCAL} units of Jakarta Persistence, or plain JDBC. Call it before the
   * database's transaction begins: what is loaded in it is taken to be as old as this call.
   *
   * @throws IllegalStateException if the calling thread is in a transaction already, or after
   *     {@link #close()}
   */
  CacheTransaction transaction();

  /**
   * The same for a transaction whose connection {@code lender} lends, so that {@link ChangeNotes}
   * notes in it what it writes: {@code Lender.of(entityManager)}.
   *
   * @throws IllegalStateException as {@link #transaction()}
   */
  CacheTransaction transaction(Lender lender);

  /**
   * Culls now: deletes, in slices, the backups that are past their ttl and were not asked for in
   * the idle time, old traces of removals, and what was cleared. It waits until that is done.
   *
   * @return what was deleted
   * @throws BackupUnavailableException if the database does not answer; what was deleted before
   *     stays deleted
   * @throws IllegalStateException after {@link #close()}
   */
  CullReport cullNow();

  /**
   * Says what {@link #cullNow} would delete, and deletes nothing.
   *
   * @throws BackupUnavailableException if the database does not answer
   * @throws IllegalStateException after {@link #close()}
   */
  CullReport cullPreview();

  /**
   * Says what became of the backups to write, and what waits; asks no database.
   *
   * @throws IllegalStateException after {@link #close()}
   */
  WriteReport writes();

  /**
   * Says how the tiers between the fast tier and the backups do, of all caches that have some.
   *
   * @throws IllegalStateException after {@link #close()}
   */
  List<TierReport> tiers();

  /**
   * Says how often a {@link Policy#changedSince} or {@link Policy#fingerprint} failed: then a copy
   * was served that may be out of date, or one was loaded without a fingerprint.
   *
   * @throws IllegalStateException after {@link #close()}
   */
  long unansweredQuestions();

  /**
   * Writes what is queued, no longer than the backup timeout, and ends every thread and connection
   * that this Backstop opened. A {@code DataSource} or executor that was given stays open. Loads
   * that are under way end as they do and are not stored. Closing twice is closing once: whoever
   * calls this returns when it is closed. An interrupt does not end the wait, and is kept.
   */
  @Override
  void close();
}
