package dev.backstop;

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
   *     another; the message names both
   * @throws IllegalStateException after {@link #close()}
   */
  <K, V> BackedCache<K, V> cache(CacheSpec<K, V> spec);

  /**
   * Writes what is queued, no longer than the backup timeout, and ends every thread and connection
   * that this Backstop opened. A {@code DataSource} or executor that was given stays open. Loads
   * that are under way end as they do and are not stored. Closing twice is closing once.
   */
  @Override
  void close();
}
