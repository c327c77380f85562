package dev.backstop.codec;

import java.io.InvalidObjectException;
import java.io.ObjectInputFilter.FilterInfo;

/** How much a blob may make us do. */
record Limits(int depth, int array, int refs, int bytes) {
  static final Limits DEFAULTS = new Limits(20, 10_000_000, 10_000_000, 64 * 1024 * 1024);

  void check(FilterInfo info) throws InvalidObjectException {
    check("maxDepth", info.depth(), depth);
    check("maxArray", info.arrayLength(), array);
    check("maxRefs", info.references(), refs);
    check("maxBytes", info.streamBytes(), bytes);
  }

  /** On both ways: what is too large to be read is not written. */
  void checkBytes(byte[] blob) throws InvalidObjectException {
    check("maxBytes", blob.length, bytes);
  }

  private static void check(String name, long is, int limit) throws InvalidObjectException {
    if (is > limit) {
      throw new InvalidObjectException(is + " is above " + name + ", which is " + limit);
    }
  }
}
