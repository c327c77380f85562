package dev.backstop.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.testing.Logged;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

class H2DialectTest {
  @Test
  void theVersionThatLosesCommits_isWarnedOf() {
    try (Logged log = new Logged()) {
      H2Dialect.of("2.5.252 (2026-03-01)");
      assertThat(log.messages(Level.WARNING))
          .containsExactly(
              "H2 2.5.252 (2026-03-01) may lose its last commits when its process is killed;"
                  + " 2.4.240 keeps them");
    }
  }

  @Test
  void othersAreNot() {
    try (Logged log = new Logged()) {
      H2Dialect.of("2.4.240 (2025-09-22)");
      assertThat(log.messages(Level.WARNING)).isEmpty();
    }
  }
}
