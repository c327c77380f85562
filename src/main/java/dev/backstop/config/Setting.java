package dev.backstop.config;

import java.util.function.BiFunction;

/**
 * A setting that a text can hold.
 *
 * @param name without what stands before it, in kebab case
 * @param set returns what has it set
 */
record Setting<S, T>(String name, Class<T> type, BiFunction<S, T, ? extends S> set) {
  /**
   * Sets it.
   *
   * @param fullName for what is said if that can't be
   * @throws IllegalArgumentException if the text is not of its type, or out of bounds
   */
  S on(S subject, String fullName, String text) {
    T value = Conversion.convert(fullName, text, type);
    try {
      return set.apply(subject, value);
    } catch (IllegalArgumentException refused) {
      throw new IllegalArgumentException(fullName + ": " + refused.getMessage(), refused);
    }
  }
}
