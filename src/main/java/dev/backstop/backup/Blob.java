package dev.backstop.backup;

/**
 * An encoded value.
 *
 * @param codec the id of the codec that wrote the bytes
 * @param format the version of its format
 * @param typeFingerprint what tells the value's type from others
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; copying it would double the memory
public record Blob(byte[] bytes, String codec, int format, String typeFingerprint) {
  /** Tells whether two blobs have the same bytes; computed at each call. */
  byte[] digest() {
    return Sha256.of(bytes);
  }
}
