package dev.backstop.backup;

import org.jspecify.annotations.Nullable;

/**
 * A row to store. Moments are microseconds.
 *
 * @param blob null for a tombstone
 */
record NewRow(RowKey key, long createdAt, long expiresAt, @Nullable Blob blob) {}
