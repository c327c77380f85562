package dev.backstop.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** The console stays readable only if the tests' own logging configuration is in force. */
class LoggingTest {
  @Test
  void onlyWarningsReachTheConsole() {
    assertThat(Logger.getLogger("").getLevel()).isEqualTo(Level.WARNING);
  }
}
