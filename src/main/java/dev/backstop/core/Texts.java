package dev.backstop.core;

/** What is to become text in a database, and how a message shows it. */
final class Texts {
  private static final int SHOWN = 80;

  private Texts() {}

  /** Where the first unit is that no database stores, NUL or a lone surrogate; -1 if nowhere. */
  static int unstorable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == 0 || isLoneSurrogate(text, i)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isLoneSurrogate(String text, int i) {
    char unit = text.charAt(i);
    if (Character.isHighSurrogate(unit)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(unit)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }

  /** The beginning of a text, printable. */
  static String shown(String text) {
    String start = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    StringBuilder shown = new StringBuilder();
    start
        .chars()
        .forEach(
            unit -> {
              if (unit < ' ' || Character.isSurrogate((char) unit)) {
                shown.append("\\u%04x".formatted(unit));
              } else {
                shown.append((char) unit);
              }
            });
    return shown.toString();
  }
}
