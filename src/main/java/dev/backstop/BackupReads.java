package dev.backstop;

/** When a get that finds nothing to serve in the fast tier reads the backup. */
public enum BackupReads {
  /** Only after the load failed, or took too long. A load that succeeds costs no read. */
  ON_FAILURE,

  /**
   * Before each load: a backup that is still fresh answers in place of the source, so that a
   * restart, a new node or an eviction costs the source nothing. A load costs one read more, which
   * also serves if the load then fails.
   */
  WHILE_FRESH
}
