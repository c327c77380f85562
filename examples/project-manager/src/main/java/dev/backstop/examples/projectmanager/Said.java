package dev.backstop.examples.projectmanager;

import java.util.Map;

/** What the page says after something was done: one word in the address, a sentence on the page. */
final class Said {
  private static final Map<String, String> SENTENCES =
      Map.of(
          "added", "The task was added.",
          "saved", "The task was saved.",
          "done", "The task is done.",
          "deleted", "The task was deleted.",
          "mended", "The source is mended.");

  private Said() {}

  /** Empty for any other word. */
  static String text(String word) {
    return SENTENCES.getOrDefault(word, "");
  }
}
