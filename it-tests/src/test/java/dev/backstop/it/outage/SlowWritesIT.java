package dev.backstop.it.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.testing.Eventually;
import java.sql.SQLException;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every write takes longer than anyone waits, and succeeds. */
class SlowWritesIT extends OutageFixture {
  @AfterEach
  void makeQuick() throws SQLException {
    run("drop trigger if exists strike on backstop_backup");
  }

  @ParameterizedTest
  @EnumSource(names = {"JDBC_URL", "DATA_SOURCE"})
  void oneCallerWaits_allIsWrittenAndItIsOneOutageWhileItLasts(Way way) throws Exception {
    Backstop backstop = open(way);
    BackedCache<String, String> cache = cache(backstop);
    beforeEachRow("if new.cache_key < 'm' then perform pg_sleep(0.7); end if;");
    cache.get("first", () -> "loaded");
    assertUnavailable(() -> cache.put("k", "put"));
    assertThat(logged.messages(Level.WARNING)).hasSize(1);
    Eventually.holds(() -> count("cache_key in ('first', 'k')") == 2, "it is written, slowly");
    // Nothing is left to write, so that only what was written can tell whether it is slow still.
    long written = backstop.writes().written();
    Eventually.holds(() -> backstop.writes().written() >= written + 1, "it is tried");
    assertUnavailable(() -> cache.put("l", "put"));
    Eventually.holds(() -> count("cache_key = 'l'") == 1, "it is written, slowly");
    assertStandsIn(cache); // reading is not slow
    assertThat(logged.messages(Level.INFO)).isEmpty();
    assertThat(logged.messages(Level.WARNING)).hasSize(1);
    makeQuick();
    assertOneOutage();
    cache.put("m", "put");
    assertThat(count("cache_key = 'm'")).isEqualTo(1);
  }
}
