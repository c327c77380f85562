package dev.backstop.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.CullReport;
import dev.backstop.testing.FakeClock;
import dev.backstop.testing.Sql;
import dev.backstop.testing.Threads;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a cull does about rows that someone else holds. */
class CullLockIT {
  private static final CullReport ONE_OF_EACH = new CullReport(1, 1, 1, 1);

  private final FakeClock clock = new FakeClock();

  @Test
  void aRowThatSomeoneHolds_isSkipped_andCulledNextTime() throws Exception {
    try (PostgresDatabase database = PostgresDatabase.create();
        Backstop backstop =
            Backstop.builder().clock(clock).dataSource(database.dataSource()).build()) {
      putOnes(backstop);
      try (Connection holder = database.dataSource().getConnection();
          Statement hold = holder.createStatement()) {
        holder.setAutoCommit(false);
        hold.execute("select 1 from backstop_backup where cache_key = 'held' for update");
        assertThat(Threads.start(backstop::cullNow).join()).isEqualTo(ONE_OF_EACH);
        assertThat(rows(database, "cache_key = 'held'")).isEqualTo(4);
        assertThat(rows(database, "cache_key = 'free'")).isZero();
        holder.rollback();
      }
      assertThat(backstop.cullPreview()).isEqualTo(ONE_OF_EACH);
      assertThat(backstop.cullNow()).isEqualTo(ONE_OF_EACH);
      assertThat(rows(database, "cache_key = 'held'")).isZero();
      assertThat(backstop.cullNow().rows()).isZero();
    }
  }

  private void putOnes(Backstop backstop) {
    BackedCache<String, String> idle = cache(backstop, "idle");
    BackedCache<String, String> removed = cache(backstop, "removed");
    BackedCache<String, String> cleared = cache(backstop, "cleared");
    for (String key : new String[] {"held", "free"}) {
      idle.put(key, "v");
      removed.remove(key);
      cleared.put(key, "v", Duration.ofDays(2));
    }
    cleared.clear();
    clock.advance(Duration.ofHours(13));
    BackedCache<String, String> limited =
        backstop.cache(CacheSpec.of("limited", String.class, String.class).maxBackups(1));
    limited.put("held", "v");
    limited.put("free", "v");
    limited.put("last", "v");
  }

  private static BackedCache<String, String> cache(Backstop backstop, String name) {
    return backstop.cache(CacheSpec.of(name, String.class, String.class));
  }

  private static int rows(PostgresDatabase database, String where) throws Exception {
    return Integer.parseInt(
        Sql.ask(database.dataSource(), "select count(*) from backstop_backup where " + where));
  }
}
