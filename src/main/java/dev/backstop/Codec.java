package dev.backstop;

/**
 * Turns values into the bytes of a backup and back.
 *
 * <p>One codec serves many caches and must be thread-safe. A value is encoded on the thread that
 * loaded it. {@link #id()} and {@link #format()} are stored beside the bytes: a backup written by
 * another codec counts as no backup, and is not lost silently.
 */
public interface Codec {
  /** Names the codec, in at most 32 characters: {@code json}. Stored with each backup. */
  String id();

  /** The version of the format that {@link #encode} writes now. Stored with each backup. */
  int format();

  /**
   * Encodes a value.
   *
   * @throws Exception if it can't be encoded: the value is returned and cached in the fast tier,
   *     has no backup, and is logged
   */
  <V> byte[] encode(V value, GenericType<V> type) throws Exception;

  /**
   * Decodes what {@link #encode} wrote, in this or an older {@code format}.
   *
   * @throws Exception if it can't be decoded: that counts as no backup and is logged
   */
  <V> V decode(byte[] blob, int format, GenericType<V> type) throws Exception;
}
