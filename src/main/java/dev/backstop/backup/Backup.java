package dev.backstop.backup;

import dev.backstop.Validators;
import org.jspecify.annotations.Nullable;

/**
 * The newest thing that the backups know of a key. All moments are microseconds.
 *
 * @param createdAt its stamp
 * @param expiresAt the end of its ttl
 * @param expiredAt values stamped at or below it are no longer fresh
 * @param lastAccess when it was last noted to have been asked for
 * @param blob null if it is a removal
 */
public record Backup(
    long createdAt,
    long expiresAt,
    long expiredAt,
    long lastAccess,
    @Nullable Blob blob,
    Validators validators) {
  Backup(long createdAt, long expiresAt, long expiredAt, long lastAccess, @Nullable Blob blob) {
    this(createdAt, expiresAt, expiredAt, lastAccess, blob, Validators.NONE);
  }

  /** What is known of a key that was never backed up. */
  public static final Backup NONE = new Backup(Long.MIN_VALUE, 0, Long.MIN_VALUE, 0, null);

  /** Whether it may be served without a load. */
  public boolean isFresh(long now) {
    return blob != null && now < expiresAt && createdAt > expiredAt;
  }

  /** The newer of both, expired by either. A removal wins also where its stamp is equal. */
  Backup or(Backup other) {
    boolean mine = createdAt != other.createdAt ? createdAt > other.createdAt : blob == null;
    Backup newer = mine ? this : other;
    return new Backup(
        newer.createdAt,
        newer.expiresAt,
        Math.max(expiredAt, other.expiredAt),
        Math.max(lastAccess, other.lastAccess),
        newer.blob,
        newer.validators);
  }
}
