package dev.backstop.core;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The text of a fingerprint, as the database can store it. */
final class Fingerprints {
  private Fingerprints() {}

  /**
   * A text that is the same for the same parts. Long ones are shortened as keys are; what no
   * database stores, NUL and lone surrogates, is replaced.
   */
  static String text(@Nullable Object fingerprint) {
    String text = Arrays.deepToString(new Object[] {parts(fingerprint)});
    String plain = text.substring(1, text.length() - 1);
    return Keys.stored(
        new String(plain.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
            .replace('\0', '\uFFFD'));
  }

  /** A query returns a list of arrays, and an array's own text is where it lies in memory. */
  private static @Nullable Object parts(@Nullable Object value) {
    return value instanceof Collection<?> collection
        ? collection.stream().map(Fingerprints::parts).toArray()
        : value;
  }
}
