package dev.backstop.core;

import dev.backstop.backup.Blob;

/** Makes copies of the values of one cache, by encoding and decoding them. */
final class Copies<V> {
  private final String cache;
  private final Values<V> values;

  Copies(String cache, Values<V> values) {
    this.cache = cache;
    this.values = values;
  }

  /** Encodes a value of which copies can be made. */
  Blob encoded(V value) {
    Blob blob = values.encode(Arguments.notNull("value", value));
    try {
      values.decode(blob);
    } catch (Values.UndecodableException useless) {
      throw new IllegalArgumentException(
          "value must be one that can be decoded, was a " + value.getClass().getName(), useless);
    }
    return blob;
  }

  V copy(Blob blob) {
    try {
      return values.decode(blob);
    } catch (Values.UndecodableException unlikely) { // it was decoded before it was held
      throw new IllegalStateException("A value of cache " + cache + " was copied once", unlikely);
    }
  }

  void logUncopyable(IllegalArgumentException why) {
    values.logUnencodable("is not cached, as it can't be copied", why);
  }
}
