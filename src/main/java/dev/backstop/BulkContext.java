package dev.backstop;

/**
 * What a bulk loader tells beside the values. Thread-safe, and of use until the loader returns.
 *
 * @param <K> the type of the keys
 */
public interface BulkContext<K> {
  /**
   * Says that this key could not be loaded: its backup stands in, or the get throws {@code
   * exception}. It counts even if the map holds a value for the key; of two failures of a key the
   * first counts. A key that was not asked for is ignored.
   */
  void failed(K key, Exception exception);
}
