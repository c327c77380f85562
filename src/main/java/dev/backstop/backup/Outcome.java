package dev.backstop.backup;

/** What became of a change. */
public enum Outcome {
  /** It is in the table. */
  STORED,
  /** It is in the table, and no longer fresh: the key or its cache was expired meanwhile. */
  STALE,
  /** Something with a higher stamp was there. */
  REFUSED
}
