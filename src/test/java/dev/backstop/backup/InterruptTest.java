package dev.backstop.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Loader;
import dev.backstop.testing.CountingDataSource;
import dev.backstop.testing.FakeClock;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Sql;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** H2 closes a file, for everybody, when a thread is interrupted that reads or writes it. */
class InterruptTest {
  private static final Duration TTL = Duration.ofMinutes(5);

  @TempDir private Path folder;
  private final FakeClock clock = new FakeClock();
  private final JdbcDataSource file = new JdbcDataSource();
  private CountingDataSource database;

  @BeforeEach
  void inAFile() {
    file.setURL("jdbc:h2:" + folder.resolve("backups") + ";WRITE_DELAY=0");
    database = new CountingDataSource(file);
  }

  @Test
  void aCallerThatWasInterruptedBefore_getsItsBackup() throws Exception {
    try (Backstop first = open()) {
      cache(first).get("k", () -> "v1");
    }
    clock.advance(TTL.multipliedBy(2));
    try (Backstop backstop = open()) {
      BackedCache<String, String> cache = cache(backstop);
      Thread.currentThread().interrupt();
      String standIn;
      boolean flag;
      try {
        standIn =
            cache.get(
                "k",
                () -> {
                  throw new IOException("test");
                });
      } finally {
        flag = Thread.interrupted();
      }
      assertThat(standIn).isEqualTo("v1");
      assertThat(flag).isTrue();
      Thread.currentThread().interrupt();
      try {
        assertThat(cache.add("other", "v", TTL)).isTrue();
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
    }
  }

  @Test
  void aCallerThatIsInterruptedWhileItReads_doesNotCloseTheFile() throws Exception {
    try (Backstop first = open()) {
      cache(first).get("k", () -> "v1");
    }
    clock.advance(TTL.multipliedBy(2));
    try (Backstop backstop = open()) {
      BackedCache<String, String> cache = cache(backstop);
      IOException failure = new IOException("test");
      Gate gate = new Gate();
      database.holdNextAnswer("backstop_backup", gate);
      Started<String> caller = Threads.start(() -> cache.get("k", failing(failure)));
      gate.awaitEntered();
      Threads.awaitWaiting(caller.thread());
      caller.thread().interrupt();
      gate.open();
      assertThat(caller.join()).isEqualTo("v1");
      assertThat(cache.get("k", failing(failure))).isEqualTo("v1"); // the database still answers
      cache.put("other", "v2");
      assertThat(Sql.ask(file, "select count(*) from backstop_backup")).isEqualTo("2");
    }
  }

  private static Loader<String, IOException> failing(IOException failure) {
    return () -> {
      throw failure;
    };
  }

  @Test
  void closeDoesNotInterruptAWriteThatIsUnderWay() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    Gate gate = new Gate();
    database.holdNextAnswer("backstop_backup", gate);
    Started<String> first = Threads.start(() -> cache.get("first", () -> "v1"));
    gate.awaitEntered();
    Started<String> second = Threads.start(() -> cache.get("second", () -> "v2"));
    Threads.awaitWaiting(second.thread());
    Started<Void> close =
        Threads.start(
            () -> {
              backstop.close();
              return null;
            });
    Threads.awaitWaiting(close.thread());
    gate.open();
    close.join();
    assertThat(first.join()).isEqualTo("v1");
    assertThat(second.join()).isEqualTo("v2");
    assertThat(Sql.ask(file, "select count(*) from backstop_backup")).isEqualTo("2");
  }

  private Backstop open() {
    return Backstop.builder()
        .dataSource(database)
        .clock(clock)
        .backupTimeout(Duration.ofSeconds(8))
        .build();
  }

  private static BackedCache<String, String> cache(Backstop backstop) {
    return backstop.cache(CacheSpec.of("feeds", String.class, String.class).ttl(TTL));
  }
}
