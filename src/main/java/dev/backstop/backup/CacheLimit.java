package dev.backstop.backup;

/** How much of one cache a cull leaves in the table. */
record CacheLimit(long rows, long bytes) {
  boolean isNone() {
    return rows == Long.MAX_VALUE && bytes == Long.MAX_VALUE;
  }
}
