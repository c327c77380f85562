package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.testing.FakeClock;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Equal stamps: a value replaces only a lower one, a removal also an equal one. */
class TiesTest extends Fixture {
  private static final Instant TIME = FakeClock.START.minus(MOMENT);
  private static final String SQL_TIME = "timestamp with time zone '" + TIME + "'";

  private BackedCache<String, String> cache;

  @BeforeEach
  void openCache() {
    cache = cache();
  }

  @Test
  void aValue_losesAgainstAnEqualOneOfAnotherNode() {
    cache().put("k", "first", TTL, TIME);
    cache.put("k", "second", TTL, TIME);
    assertThat(cache.peek("k").orElseThrow().value()).isEqualTo("first");
  }

  @Test
  void aValue_losesAgainstAnEqualTombstone() throws Exception {
    insert("null");
    cache.put("k", "v", TTL, TIME);
    assertThat(cache.peek("k")).isEmpty();
    assertThat(ask("select count(*) from backstop_backup where blob is null")).isEqualTo("1");
  }

  @Test
  void aRemoval_winsOverAnEqualValue() throws Exception {
    insert("7");
    clock.set(TIME);
    cache.remove("k");
    assertThat(ask("select count(*) from backstop_backup where format is null")).isEqualTo("1");
  }

  @Test
  void aNullThatWasLoaded_losesAgainstAHigherRow() throws Exception {
    insert("7");
    clock.set(TIME.minus(MOMENT));
    cache.get("k", () -> null);
    assertThat(ask("select count(*) from backstop_backup where created_at = " + SQL_TIME))
        .isEqualTo("1");
  }

  @Test
  void aValue_losesAgainstAnEqualClear() throws Exception {
    run(
        "insert into backstop_cache (cache_name, cleared_before) values ('feeds', "
            + SQL_TIME
            + ")");
    cache.put("k", "v", TTL, TIME);
    assertThat(cache.peek("k")).isEmpty();
    assertThat(ask("select count(*) from backstop_backup")).isEqualTo("0");
  }

  @Test
  void aValue_isNotFreshAfterAnEqualExpiryOfItsCache() throws Exception {
    run(
        "insert into backstop_cache (cache_name, expired_before) values ('feeds', "
            + SQL_TIME
            + ")");
    cache.put("k", "v", TTL, TIME);
    assertThat(cache.peek("k")).isEmpty();
    assertThat(cache.add("k", "added", TTL)).isTrue();
  }

  @Test
  void aValue_thatTheTableRefused_leavesTheFastTier() {
    cache().put("k", "now");
    cache.put("k", "then", TTL, TIME);
    assertThat(cache.peek("k").orElseThrow().value()).isEqualTo("now");
  }

  /** A row at that stamp; its format tells it apart. */
  private static void insert(String format) throws Exception {
    run(
        "insert into backstop_backup (cache_name, cache_key, created_at, last_access, expires_at,"
            + " format) values ('feeds', 'k', "
            + SQL_TIME
            + ", "
            + SQL_TIME
            + ", "
            + SQL_TIME
            + ", "
            + format
            + ")");
  }
}
