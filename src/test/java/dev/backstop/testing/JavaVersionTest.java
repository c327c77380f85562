package dev.backstop.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The run on a newer Java must not turn out to be one more on the old, or on any other. */
class JavaVersionTest {
  @Test
  void isTheOneThatTheBuildAsksFor() {
    int running = Runtime.version().feature();
    assertThat(running).isEqualTo(Integer.getInteger("dev.backstop.testing.java", running));
  }
}
