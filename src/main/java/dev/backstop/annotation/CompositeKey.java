package dev.backstop.annotation;

import dev.backstop.core.KeyTexts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A key of several parameters. Its text is that of a record of them, {@code ["planet",5]}. */
record CompositeKey(List<@Nullable Object> parts) {
  String text() {
    return KeyTexts.ofParts(parts);
  }
}
