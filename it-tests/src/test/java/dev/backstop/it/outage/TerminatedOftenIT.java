package dev.backstop.it.outage;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupUnavailableException;
import dev.backstop.Entry;
import dev.backstop.testing.Effort;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Started;
import dev.backstop.testing.Tally;
import dev.backstop.testing.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every backend is terminated, again and again, while threads work. */
@Tag("reliability")
class TerminatedOftenIT extends OutageFixture {
  private static final Duration PATIENT = Duration.ofSeconds(2);
  private static final int THREADS = 8;

  private final AtomicInteger acknowledged = new AtomicInteger();
  private final AtomicInteger unavailable = new AtomicInteger();

  /** What one thread put: the last that was acknowledged, and the last that was tried. */
  private record Put(String key, int acknowledged, int tried) {}

  @Test
  void withJdbcUrl_nobodyWhoGetsNotices_andWhatWasAcknowledgedIsThere() throws Exception {
    assertThatNobodyNotices(
        "withJdbcUrl",
        open(Way.JDBC_URL, database.jdbcUrl(), builder -> builder.backupTimeout(PATIENT)));
  }

  @Test
  void withAPoolThatWasGiven_nobodyWhoGetsNotices_andWhatWasAcknowledgedIsThere() throws Exception {
    HikariDataSource pool = pool(4, database.jdbcUrl());
    pool.setMinimumIdle(4); // or it replaces what broke only for who asks later,
    pool.setConnectionTimeout(1_000); // and rests for that long where connecting fails
    assertThatNobodyNotices(
        "withAPoolThatWasGiven",
        closing(Backstop.builder().dataSource(pool).backupTimeout(PATIENT).build()));
  }

  private void assertThatNobodyNotices(String how, Backstop backstop) throws Exception {
    int most = Effort.of(60, 1_000);
    BackedCache<String, String> cache = cache(backstop);
    cache.put("hit", "v", Duration.ofHours(1));
    AtomicBoolean isOver = new AtomicBoolean();
    List<Started<Put>> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      String key = "put-" + i;
      threads.add(Threads.start(() -> work(cache, key, isOver)));
    }
    int terminated = 0;
    while (terminated < most) {
      int before = acknowledged.get() + unavailable.get();
      Eventually.holds(() -> acknowledged.get() + unavailable.get() > before, "they work");
      terminated +=
          Integer.parseInt(
              ""
                  + ask(
                      "select count(*) filter (where pg_terminate_backend(pid))"
                          + " from pg_stat_activity where datname = current_database()"
                          + " and pid <> pg_backend_pid()"));
    }
    isOver.set(true);
    List<Put> puts = new ArrayList<>();
    for (Started<Put> thread : threads) {
      puts.add(thread.join());
    }
    Eventually.holds(() -> backstop.writes().waiting() == 0, "all is written");
    Eventually.holds(() -> outages() == logged.messages(Level.INFO).size(), "each outage is over");
    try (Backstop later = open(Way.JDBC_URL)) {
      for (Put put : puts) {
        int found = Integer.parseInt(cache(later).peek(put.key).map(Entry::value).orElse("-1"));
        assertThat(found).isBetween(put.acknowledged, put.tried);
      }
    }
    assertThat(acknowledged).hasPositiveValue();
    cache.put("after", "put");
    assertThat(count("cache_key = 'after'")).isEqualTo(1);
    Tally.note(
        getClass(),
        how
            + ": "
            + terminated
            + " backends terminated, "
            + acknowledged
            + " puts acknowledged, "
            + unavailable
            + " said to be not durable, "
            + outages()
            + " outages");
  }

  /** Of who loads so fast while it is out the queue may be full as well. */
  private long outages() {
    return logged.messages(Level.WARNING).stream()
        .filter(message -> message.startsWith("Backups are out"))
        .count();
  }

  private Put work(BackedCache<String, String> cache, String key, AtomicBoolean isOver)
      throws Exception {
    int last = -1;
    int tried = 0;
    for (; !isOver.get(); tried++) {
      String value = "" + tried;
      assertThat(cache.get("hit", () -> "never asked")).isEqualTo("v");
      assertThat(cache.get(key + "-load-" + tried, () -> value)).isEqualTo(value);
      try {
        cache.put(key, value);
        last = tried;
        acknowledged.incrementAndGet();
      } catch (BackupUnavailableException notDurable) {
        unavailable.incrementAndGet();
        assertThat(cache.peek(key).map(Entry::value)).contains(value); // it holds nevertheless
      }
    }
    return new Put(key, last, tried);
  }
}
