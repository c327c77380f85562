package dev.backstop.core;

import dev.backstop.backup.Blob;
import org.jspecify.annotations.Nullable;

/** How the values of a cache become blobs, and back. */
interface Encoding<V> {
  /** Encodes a value for its backup, or returns null if it can't be, and logs each cause once. */
  @Nullable Blob encodeOrNull(V value);

  /**
   * Encodes a value.
   *
   * @throws IllegalArgumentException if it can't be encoded
   */
  Blob encode(V value);

  /** Decodes a backup, or throws what was wrong, and logs each cause once. */
  V decode(Blob blob) throws Values.UndecodableException;
}
