package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.Entry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A migration was committed, whole or in part, and its history does not know: a process was killed
 * between the two, or a network lost the answer.
 */
class MigrationAgainTest extends Fixture {
  @AfterEach
  void clean() {
    shared().clean();
  }

  @Test
  void whatIsThere_isKeptAndTheRestIsMade() throws Exception {
    try (Backstop backstop = open()) {
      BackedCache<String, String> before = cache(backstop);
      before.put("k", "v");
    }
    run(
        "delete from \"backstop_schema_history\" where \"version\" in ('1', '1.1')",
        "drop view backstop_status",
        "drop index backstop_backup_expires_at");
    try (Backstop backstop = open()) {
      assertThat(cache(backstop).peek("k").map(Entry::value)).contains("v");
    }
    assertThat(ask("select backups from backstop_status")).isEqualTo("1");
    assertThat(ask("select \"success\" from \"backstop_schema_history\" where \"version\" = '1'"))
        .isIn("t", "TRUE");
  }
}
