package dev.backstop.backup;

import org.jspecify.annotations.Nullable;

/**
 * What the backups say of a key.
 *
 * @param backup the newest of what is queued in this process and what is in the table; may be a
 *     removal, or older than the barrier
 * @param barrier the barriers of its cache
 * @param trouble why the table could not be asked, or null
 */
public record Found(Backup backup, Barrier barrier, @Nullable Throwable trouble) {
  /** Nothing is known, or asked. */
  public static final Found NOTHING = new Found(Backup.NONE, Barrier.NONE, null);

  /** Whether a value with this stamp is still alive: nothing here has ended it. */
  public boolean leavesAlive(long createdAt) {
    boolean removedSince = backup.blob() == null && backup.createdAt() >= createdAt;
    return !removedSince && createdAt > barrier.clearedBefore();
  }

  /** Whether the backup may be served without a load. */
  public boolean isFresh(long now) {
    return leavesAlive(backup.createdAt())
        && backup.isFresh(now)
        && backup.createdAt() > barrier.expiredBefore();
  }

  /**
   * Whether a copy from elsewhere may be served: it is what the row holds, and nothing ended it.
   *
   * @param order what expiries are held against
   */
  public boolean confirms(long createdAt, long order) {
    return backup.blob() != null
        && backup.createdAt() == createdAt
        && leavesAlive(createdAt)
        && order > backup.expiredAt()
        && order > barrier.expiredBefore();
  }
}
