package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupUnavailableException;
import dev.backstop.CacheSpec;
import dev.backstop.Durability;
import dev.backstop.WriteReport;
import dev.backstop.testing.Effort;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Logged;
import java.sql.SQLException;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

/** What is kept of the writes of a long outage, and what is not. */
class QueueBoundTest extends Fixture {
  private final Source source = new Source("v1");

  @Test
  void theOldestValues_areDroppedCountedAndLoggedOnce() throws Exception {
    Backstop backstop = open(builder -> builder.queueRows(10));
    BackedCache<String, String> cache = cache(backstop);
    database.refuse();
    try (Logged logged = new Logged()) {
      for (int i = 0; i < 25; i++) {
        assertThat(cache.get("k%02d".formatted(i), source)).isEqualTo("v1");
      }
      assertThat(logged.messages(Level.WARNING))
          .filteredOn(message -> message.contains("queue"))
          .singleElement()
          .asString()
          .contains("10 rows");
    }
    assertThat(backstop.writes().waiting()).isEqualTo(10);
    assertThat(backstop.writes().dropped()).isEqualTo(15);
    assertThat(cache.peek("k00").orElseThrow().value()).isEqualTo("v1"); // in the fast tier
    database.restore();
    Eventually.holds(() -> backstop.writes().waiting() == 0, "the rest is written");
    assertThat(ask("select min(cache_key) from backstop_backup")).isEqualTo("k15");
    assertThat(ask("select count(*) from backstop_backup")).isEqualTo("10");
    assertThat(backstop.writes().written()).isEqualTo(10);
  }

  /** Asked without a pause between, as the moment between the two is short. */
  @Test
  void whatNoLongerWaits_isCounted() throws Exception {
    Backstop backstop = open();
    BackedCache<Integer, String> cache =
        backstop.cache(
            CacheSpec.of("feeds", Integer.class, String.class)
                .ttl(TTL)
                .durability(Durability.ASYNC));
    run("alter table backstop_backup add constraint no_sevens check (cache_key not like '%7')");
    for (int i = 1; i <= Effort.of(400, 5_000); i++) {
      cache.put(i, "v");
      WriteReport report = reportOnceNothingWaits(backstop);
      assertThat(report.written() + report.refused()).isEqualTo(i);
    }
    assertThat(backstop.writes().refused()).isPositive();
  }

  private static WriteReport reportOnceNothingWaits(Backstop backstop) {
    long end = System.nanoTime() + Eventually.LIMIT.toNanos();
    WriteReport report = backstop.writes();
    while (report.waiting() > 0 && System.nanoTime() - end < 0) {
      report = backstop.writes();
    }
    return report;
  }

  @Test
  void whatEndsValues_isDroppedLast() throws Exception {
    cache().put("removed", "v");
    closeAll();
    Backstop backstop = open(builder -> builder.queueRows(4));
    BackedCache<String, String> cache = cache(backstop);
    database.refuse();
    assertThatThrownBy(() -> cache.remove("removed"))
        .isInstanceOf(BackupUnavailableException.class);
    assertThatThrownBy(() -> cache.expire("expired"))
        .isInstanceOf(BackupUnavailableException.class);
    for (int i = 0; i < 20; i++) {
      cache.get("k" + i, source);
    }
    database.restore();
    Eventually.holds(() -> backstop.writes().waiting() == 0, "the rest is written");
    assertThat(
            ask("select count(*) from backstop_backup where blob is null and expired_at is null"))
        .isEqualTo("1");
    assertThat(ask("select count(*) from backstop_backup where expired_at is not null"))
        .isEqualTo("1");
    assertThat(ask("select count(*) from backstop_backup where blob is not null")).isEqualTo("2");
  }

  /** Else the value of before the removal would stand in again. */
  @Test
  void aDroppedValue_leavesTheRemovalBeforeIt() throws Exception {
    cache().put("k", "of before");
    closeAll();
    Backstop backstop = open(builder -> builder.queueRows(2));
    BackedCache<String, String> cache = cache(backstop);
    database.refuse();
    assertThatThrownBy(() -> cache.remove("k")).isInstanceOf(BackupUnavailableException.class);
    cache.get("k", source);
    cache.get("other", source);
    cache.get("another", source);
    assertThat(backstop.writes().dropped()).isPositive();
    database.restore();
    Eventually.holds(() -> backstop.writes().waiting() == 0, "the rest is written");
    assertThat(ask("select count(*) from backstop_backup where cache_key = 'k' and blob is null"))
        .isEqualTo("1");
  }

  @Test
  void bytesAreBoundedToo() throws Exception {
    Backstop backstop = open(builder -> builder.queueBytes(1_000));
    BackedCache<String, String> cache = cache(backstop);
    database.refuse();
    String large = "x".repeat(398); // 400 bytes of JSON
    for (int i = 0; i < 5; i++) {
      cache.get("k" + i, () -> large);
    }
    assertThat(backstop.writes().waitingBytes()).isEqualTo(800);
    assertThat(backstop.writes().dropped()).isEqualTo(3);
    assertThat(cache.get("huge", () -> "x".repeat(2_000))).hasSize(2_000);
    assertThat(backstop.writes().waiting()).isZero();
  }

  @Test
  void aPutThatIsDropped_saysThatItWillNotBeDurable() throws SQLException {
    BackedCache<String, String> cache = cache(open(builder -> builder.queueBytes(5)));
    assertThatThrownBy(() -> cache.put("k", "longer than that"))
        .isInstanceOf(BackupUnavailableException.class)
        .hasMessageContaining("will not be durable")
        .hasStackTraceContaining("5 bytes");
    assertThat(cache.peek("k").orElseThrow().value()).isEqualTo("longer than that");
    assertThat(ask("select count(*) from backstop_backup")).isEqualTo("0");
  }
}
