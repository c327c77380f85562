package dev.backstop.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.KeyText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyTextsTest {
  private static final int KEYS = 200_000;

  /** What a text could be mistaken for another with. */
  private static final List<String> PARTS =
      List.of("\"", "\\", ",", "[", "]", "null", "a", " ", "\"\"", "\\\"", "\",\"");

  enum Kind {
    A,
    B
  }

  record Inner(String left, Character middle, String right) {}

  record Outer(String first, Inner inner, String second, Integer number, Kind kind, Inner last) {}

  private final Random random = new Random(20_260_115);

  @Test
  void twoRecords_shareATextExactlyWhenTheyAreEqual() {
    KeyText<Outer> texts = KeyTexts.of(Outer.class);
    Map<String, Outer> byText = new HashMap<>();
    for (int i = 0; i < KEYS; i++) {
      Outer key = outer();
      String text = texts.of(key);
      Outer before = byText.putIfAbsent(text, key);
      if (before != null) {
        assertThat(key).as(text).isEqualTo(before);
      }
    }
    // Few are the same by chance, so that the test says something.
    assertThat(byText).hasSizeGreaterThan(KEYS / 4);
    assertThat(byText.values()).doesNotHaveDuplicates();
  }

  private Outer outer() {
    return new Outer(text(), inner(), text(), number(), kind(), inner());
  }

  private Inner inner() {
    return random.nextInt(3) == 0
        ? null
        : new Inner(
            text(), random.nextBoolean() ? null : "\"\\,".charAt(random.nextInt(3)), text());
  }

  private String text() {
    int parts = random.nextInt(4) - 1;
    if (parts < 0) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < parts; i++) {
      text.append(PARTS.get(random.nextInt(PARTS.size())));
    }
    return text.toString();
  }

  private Integer number() {
    return random.nextBoolean() ? null : random.nextInt(2);
  }

  private Kind kind() {
    return random.nextInt(3) == 0 ? null : Kind.values()[random.nextInt(2)];
  }
}
