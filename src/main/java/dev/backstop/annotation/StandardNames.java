package dev.backstop.annotation;

import dev.backstop.backup.Sha256;
import java.nio.charset.StandardCharsets;

/** Names of caches, of which JSR-107 allows more than a column does. */
final class StandardNames {
  private static final int LONGEST = 64;
  private static final int HASH = 8;

  private StandardNames() {}

  /**
   * The same name, if it is good; else what is good of it, without parameters and as many of its
   * first words as are too many, and the beginning of a hash of the whole.
   */
  static String of(String name) {
    if (name.matches("[A-Za-z0-9_.-]{1," + LONGEST + "}")) {
      return name;
    }
    int room = LONGEST - HASH - 1;
    String readable = name.replaceFirst("\\(.*\\)$", "").replaceAll("[^A-Za-z0-9_.-]", "-");
    while (readable.length() > room && readable.contains(".")) {
      readable = readable.substring(readable.indexOf('.') + 1);
    }
    String hash = Sha256.hex(name.getBytes(StandardCharsets.UTF_8)).substring(0, HASH);
    return readable.substring(0, Math.min(room, readable.length())) + "-" + hash;
  }
}
