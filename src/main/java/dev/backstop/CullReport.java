package dev.backstop;

/**
 * What a cull deleted or, for a preview, would delete.
 *
 * @param idle backups past their ttl that nobody asked for in the idle time
 * @param tombstones traces of removals and expiries that no load can be old enough to meet
 * @param cleared backups of caches that were cleared
 * @param excess backups beyond the limits of their caches; a preview estimates them where {@link
 *     CacheSpec#maxBackupBytes} limits a cache of more than 10,000 backups
 */
public record CullReport(long idle, long tombstones, long cleared, long excess) {
  /** All rows. */
  public long rows() {
    return idle + tombstones + cleared + excess;
  }
}
