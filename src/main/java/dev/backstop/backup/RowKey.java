package dev.backstop.backup;

/**
 * Names one row.
 *
 * @param cache the cache's name as stored, with its namespace
 * @param key the key's text as stored
 */
public record RowKey(String cache, String key) implements Comparable<RowKey> {
  /** The order in which one batch writes its rows, the same for all, so that none deadlock. */
  @Override
  public int compareTo(RowKey other) {
    int byCache = cache.compareTo(other.cache);
    return byCache != 0 ? byCache : key.compareTo(other.key);
  }
}
