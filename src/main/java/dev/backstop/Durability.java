package dev.backstop;

/** When a call that changes backups returns. */
public enum Durability {
  /**
   * Once its rows are committed, waiting for the backup timeout at most. A get whose load succeeds
   * then returns its value in any case; an explicit change throws {@link
   * BackupUnavailableException}, holds in this process, and stays queued.
   */
  SYNC,

  /**
   * At once; the rows are written as soon as the database takes them. What is queued when the
   * process dies is lost: values are then backups of an older state, and what was removed may stand
   * in again. {@link BackedCache#add} needs the database's answer all the same.
   */
  ASYNC
}
