package dev.backstop.core;

import dev.backstop.backup.Blob;

/**
 * What a {@link CopiedCache} holds for its values: their blobs, which are backed up as they are.
 *
 * @param values decodes each blob once before it is held: what can't be decoded is no backup
 */
record HeldBlobs<V>(Values<V> values) implements Encoding<Blob> {
  @Override
  public Blob encodeOrNull(Blob blob) {
    return blob;
  }

  @Override
  public Blob encode(Blob blob) {
    return blob;
  }

  @Override
  public Blob decode(Blob blob) throws Values.UndecodableException {
    values.decode(blob);
    return blob;
  }
}
