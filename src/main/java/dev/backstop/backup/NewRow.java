package dev.backstop.backup;

import dev.backstop.Validators;
import dev.backstop.clock.Micros;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * A row to store. Moments are microseconds.
 *
 * @param blob null for a tombstone
 */
record NewRow(
    RowKey key, long createdAt, long expiresAt, @Nullable Blob blob, Validators validators) {
  @Nullable OffsetDateTime lastModified() {
    Instant moment = validators.lastModified();
    return moment == null ? null : Micros.utc(Micros.of(moment));
  }
}
