package dev.backstop;

/**
 * Writes a key as the text under which its backup is stored, for keys that are not a {@code
 * String}, a boxed primitive, a {@code UUID}, an enum or a record of those.
 *
 * <p>Two keys must have the same text exactly when they are {@code equal}, today and after the next
 * deploy: backups are found by it.
 *
 * @param <K> the type of the key
 */
@FunctionalInterface
public interface KeyText<K> {
  /** Returns the text of {@code key}: not null, without NUL and without lone surrogates. */
  String of(K key);
}
