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

  private final String storedCache;
  private final Class<K> type;
  private final KeyText<? super K> text;
  private final boolean isPlain;

  Keys(String storedCache, Class<K> type, @Nullable KeyText<? super K> text) {
    this.storedCache = storedCache;
    this.type = type;
    this.text = text != null ? text : KeyTexts.of(type);
    this.isPlain = text == null;
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
              + Texts.shown(String.valueOf((Object) key))
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
    Arguments.storable("key", full, Integer.MAX_VALUE);
    return new RowKey(storedCache, stored(full));
  }

  /** The key of a row, where its text says it; null if every key has to be looked at. */
  @Nullable K key(String rowKey) {
    return isPlain && rowKey.length() < LONGEST ? KeyTexts.parse(type, rowKey) : null;
  }

  /** Names the row of each key. */
  Map<K, RowKey> rows(Collection<K> keys) {
    Map<K, RowKey> rows = new LinkedHashMap<>();
    keys.forEach(key -> rows.put(key, row(key)));
    return rows;
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
