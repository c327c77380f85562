package dev.backstop.annotation;

import dev.backstop.Codec;
import dev.backstop.GenericType;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An exception in the cache of exceptions. It is kept on the heap alone: an exception is no value
 * to stand in with, and what a text says of it is not the exception.
 *
 * @param thrown itself; null in what was read from a text
 */
record StandardFailure(String text, @Nullable Throwable thrown) {
  static StandardFailure of(Throwable thrown) {
    return new StandardFailure(thrown.getClass().getName(), thrown);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StandardFailure that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** Writes the text. */
  static final class Texts implements Codec {
    @Override
    public String id() {
      return "exception";
    }

    @Override
    public int format() {
      return 1;
    }

    @Override
    public <V> byte[] encode(V value, GenericType<V> type) {
      return ((StandardFailure) value).text().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    @SuppressWarnings("unchecked") // of that type is the cache
    public <V> V decode(byte[] blob, int format, GenericType<V> type) {
      return (V) new StandardFailure(new String(blob, StandardCharsets.UTF_8), null);
    }
  }
}
