package dev.backstop.config;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** Makes values of texts, as Jackson does. */
final class Conversion {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS).build();

  private Conversion() {}

  /**
   * Converts the text of a setting.
   *
   * @throws IllegalArgumentException if it is none of that type
   */
  static <T> T convert(String name, String text, Class<T> type) {
    if (type == String.class) {
      return type.cast(text); // as it stands: a password may end in a space
    }
    try {
      T value = MAPPER.convertValue(text.strip(), type);
      if (value != null) { // which it is for an empty text
        return value;
      }
    } catch (JacksonException unreadable) {
      throw refusal(name, text, type, unreadable);
    }
    throw refusal(name, text, type, null);
  }

  private static IllegalArgumentException refusal(
      String name, String text, Class<?> type, @Nullable Throwable cause) {
    String message = name + " must be " + described(type) + ", was \"" + text + "\"";
    return new IllegalArgumentException(message, cause);
  }

  private static String described(Class<?> type) {
    if (type == Duration.class) {
      return "a duration as ISO 8601 has them (PT5M, PT0.5S, P1D)";
    }
    if (type.isEnum()) {
      return "one of " + Arrays.toString(type.getEnumConstants());
    }
    if (type == Boolean.class) {
      return "true or false";
    }
    if (type == URI.class) {
      return "a URI";
    }
    return List.of(Integer.class, Long.class).contains(type) ? "a whole number" : "a number";
  }
}
