package dev.backstop.core;

import dev.backstop.KeyText;
import dev.backstop.backup.RowKey;
import dev.backstop.backup.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks the keys of one cache and names their rows. */
final class Keys<K> {
  /** As many UTF-16 units as a stored key has at most; only a shortened one has that many. */
  static final int LONGEST = 512;

  private static final int SHOWN = 80;

  private final String storedCache;
  private final Class<K> type;
  private final KeyText<? super K> text;

  Keys(String storedCache, Class<K> type, @Nullable KeyText<? super K> text) {
    this.storedCache = storedCache;
    this.type = type;
    this.text = text != null ? text : KeyTexts.of(type);
  }

  String storedCache() {
    return storedCache;
  }

  /** Refuses null and, from raw callers, keys of another type. */
  void check(@Nullable K key) {
    if (key == null) {
      throw new NullPointerException("key must not be null");
    }
    if (!type.isInstance(key)) {
      throw new IllegalArgumentException(
          "key must be a "
              + type.getName()
              + ", was "
              + shown(String.valueOf((Object) key))
              + ", a "
              + ((Object) key).getClass().getName());
    }
  }

  /** Names the row of a key; refuses what no database could store. */
  RowKey row(K key) {
    String full = text.of(key);
    if (full == null) {
      throw new IllegalArgumentException("keyText must not return null, for key " + key);
    }
    for (int i = 0; i < full.length(); i++) {
      char unit = full.charAt(i);
      if (unit == 0 || isLoneSurrogate(full, i)) {
        throw new IllegalArgumentException(
            "key must hold neither NUL nor a lone surrogate, was \""
                + shown(full)
                + "\" with \\u%04x at index %d".formatted((int) unit, i));
      }
    }
    return new RowKey(storedCache, stored(full));
  }

  /** Names the row of each key. */
  Map<K, RowKey> rows(Collection<K> keys) {
    Map<K, RowKey> rows = new LinkedHashMap<>();
    keys.forEach(key -> rows.put(key, row(key)));
    return rows;
  }

  private static boolean isLoneSurrogate(String text, int i) {
    char unit = text.charAt(i);
    if (Character.isHighSurrogate(unit)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(unit)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }

  private static String shown(String text) {
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

  /**
   * Below 512 units a text stands as it is. A longer one becomes a prefix that people can read and
   * its SHA-256, exactly 512 units, so that no short key can equal a long one.
   */
  static String stored(String text) {
    if (text.length() < LONGEST) {
      return text;
    }
    String hash = "#" + Sha256.hex(text.getBytes(StandardCharsets.UTF_8));
    int cut = LONGEST - hash.length();
    boolean cutsPair = Character.isHighSurrogate(text.charAt(cut - 1));
    return cutsPair ? text.substring(0, cut - 1) + "#" + hash : text.substring(0, cut) + hash;
  }
}
