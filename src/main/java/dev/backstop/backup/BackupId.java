package dev.backstop.backup;

import java.io.Serializable;
import java.util.Objects;

/** The primary key of {@link BackupEntity}. Not a record: Jakarta Persistence 3.1 takes none. */
@SuppressWarnings("NullAway.Init") // the provider sets the fields
class BackupId implements Serializable {
  private static final long serialVersionUID = 1L;

  String cacheName;
  String cacheKey;

  BackupId() {}

  @Override
  public boolean equals(Object other) {
    return other instanceof BackupId that
        && cacheName.equals(that.cacheName)
        && cacheKey.equals(that.cacheKey);
  }

  @Override
  public int hashCode() {
    return Objects.hash(cacheName, cacheKey);
  }
}
