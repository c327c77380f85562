package dev.backstop.model;

/** Who learns what became of single keys: the model, or a transaction that is open. */
interface KeyChanges {
  /**
   * A put.
   *
   * @param asOf when the value held; a moment in the future means now
   */
  void put(int node, int key, String value, long ttl, long asOf);

  void expire(int node, int key);

  void remove(int node, int key);
}
