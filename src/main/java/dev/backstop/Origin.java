package dev.backstop;

/** Where the answer of one call came from. */
public enum Origin {
  /** The fast tier held a fresh value. */
  FAST,
  /** A fresh backup was read. */
  BACKUP,
  /** The source was asked and answered. */
  SOURCE,
  /**
   * The source failed, or was too slow, and the last known value stood in. A fast hit on a value
   * that is standing in is a {@code STAND_IN} too.
   */
  STAND_IN
}
