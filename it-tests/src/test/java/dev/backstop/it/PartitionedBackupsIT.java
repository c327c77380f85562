package dev.backstop.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackstopBuilder;
import dev.backstop.CacheSpec;
import dev.backstop.CullReport;
import dev.backstop.Durability;
import dev.backstop.Entry;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.FakeClock;
import dev.backstop.testing.Sql;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Backups that are partitioned, also while nodes work on them. */
@Tag("reliability")
class PartitionedBackupsIT {
  private static final int PARTITIONS = 4;
  private static final int KEYS = 200;

  private final FakeClock clock = new FakeClock();
  private PostgresDatabase database;

  @BeforeEach
  void create() {
    database = PostgresDatabase.create();
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private BackstopBuilder builder() {
    return Backstop.builder().clock(clock).dataSource(database.dataSource()).failFast(true);
  }

  private static BackedCache<String, String> cache(Backstop backstop, String name) {
    return backstop.cache(
        CacheSpec.of(name, String.class, String.class).ttl(Duration.ofMinutes(5)));
  }

  private String ask(String query) throws SQLException {
    return Sql.ask(database.dataSource(), query);
  }

  /** Of as many rows as stay, as in each partition rows of each have the same places. */
  @Test
  void aCull_deletesWhatIsCulled_andNothingElse() throws Exception {
    try (Backstop backstop = builder().build()) {
      PartitionByHash.run(database.dataSource(), PARTITIONS);
      for (int i = 0; i < KEYS; i++) {
        cache(backstop, "idle").put("k" + i, "v");
        cache(backstop, "removed").remove("k" + i);
        cache(backstop, "cleared").put("k" + i, "v", Duration.ofDays(2));
        cache(backstop, "stays").put("k" + i, "v", Duration.ofDays(2));
      }
      cache(backstop, "cleared").clear();
      clock.advance(Duration.ofHours(13));
      BackedCache<String, String> limited =
          backstop.cache(CacheSpec.of("limited", String.class, String.class).maxBackups(1));
      for (int i = 0; i < KEYS; i++) {
        limited.put("k" + i, "v");
        cache(backstop, "stays").put("l" + i, "v", Duration.ofDays(2));
      }
      CullReport expected = new CullReport(KEYS, KEYS, KEYS, KEYS - 1);
      assertThat(backstop.cullPreview()).isEqualTo(expected);
      assertThat(backstop.cullNow()).isEqualTo(expected);
      assertThat(
              ask(
                  "select string_agg(cache_name || ' ' || backups || ' ' || tombstones, ', '"
                      + " order by cache_name) from backstop_status"))
          .isEqualTo("limited 1 0, stays " + 2 * KEYS + " 0");
      assertThat(ask("select cache_key from backstop_backup where cache_name = 'limited'"))
          .isEqualTo("k" + (KEYS - 1));
    }
  }

  /** The others are locked: whoever as much as plans to look into one of them waits. */
  @Test
  void whatConcernsOneKey_looksIntoOnePartition() throws Exception {
    try (Backstop backstop = builder().durability(Durability.ASYNC).build()) {
      for (int i = 0; i < KEYS; i++) {
        cache(backstop, "feeds").put("k" + i, "v");
      }
    }
    PartitionByHash.run(database.dataSource(), 2);
    List<String> keys =
        List.of(ask("select string_agg(cache_key, ' ') from backstop_backup_0_of_2").split(" "));
    try (Backstop backstop = builder().build();
        Connection owner = database.dataSource().getConnection();
        Statement lock = owner.createStatement()) {
      owner.setAutoCommit(false);
      lock.execute("lock table backstop_backup_1_of_2 in access exclusive mode");
      BackedCache<String, String> feeds = cache(backstop, "feeds");
      // Often enough for the driver, and then the server, to have a plan for any key.
      for (String key : keys) {
        assertThat(feeds.peek(key)).isPresent();
      }
      for (String key : keys) {
        feeds.put(key, "new");
        feeds.expire(key);
        feeds.remove(key);
      }
      owner.rollback();
    }
    assertThat(keys).hasSizeGreaterThan(50);
    assertThat(ask("select count(*) from backstop_backup where blob is null"))
        .isEqualTo("" + keys.size());
  }

  /** One thread's keys, numbered; each third is removed again. */
  private static final class Worker implements Callable<Void> {
    private final BackedCache<String, String> sync;
    private final BackedCache<String, String> async;
    private final BackedCache<String, String> reader;
    private final AtomicBoolean stop;
    private final AtomicInteger done = new AtomicInteger();

    /** The reader is of the first cache, on another node. */
    Worker(List<BackedCache<String, String>> caches, AtomicBoolean stop) {
      this.sync = caches.get(0);
      this.async = caches.get(1);
      this.reader = caches.get(2);
      this.stop = stop;
    }

    @Override
    public Void call() {
      for (int i = 0; !stop.get(); i = done.incrementAndGet()) {
        boolean isRemoved = i % 3 == 0;
        for (BackedCache<String, String> cache : List.of(async, sync)) {
          cache.put("k" + i, "v" + i);
          if (isRemoved) {
            cache.remove("k" + i);
          }
        }
        // Which that node reads from the table, as it has never seen it.
        assertThat(reader.peek("k" + i).map(Entry::value))
            .isEqualTo(isRemoved ? Optional.empty() : Optional.of("v" + i));
      }
      return null;
    }

    void awaitMore() {
      int enough = done.get() + 20;
      Eventually.holds(() -> done.get() >= enough, "20 more keys in " + sync.name());
    }
  }

  @Test
  void nodesThatRunMeanwhile_loseNothing() throws Exception {
    String kept =
        "select count(*) || ' ' || md5(string_agg(b::text, ' ' order by cache_key))"
            + " from backstop_backup b where cache_name = 'kept'";
    AtomicBoolean stop = new AtomicBoolean();
    List<Worker> workers = new ArrayList<>();
    try (Backstop sync = builder().backupTimeout(Eventually.LIMIT).build();
        Backstop async =
            builder().backupTimeout(Eventually.LIMIT).durability(Durability.ASYNC).build();
        Backstop reader = builder().backupTimeout(Eventually.LIMIT).build()) {
      BackedCache<String, String> ofAllKinds = cache(sync, "kept");
      for (int i = 0; i < KEYS; i += 4) {
        ofAllKinds.put("value" + i, "v".repeat(i * 50));
        ofAllKinds.get("expired" + i, () -> "v");
        ofAllKinds.expire("expired" + i);
        ofAllKinds.expire("trace of an expiry" + i);
        ofAllKinds.put("removed" + i, "v");
        ofAllKinds.remove("removed" + i);
      }
      String before = ask(kept);
      assertThat(before).startsWith(KEYS + " ");
      for (int i = 0; i < 3; i++) {
        workers.add(
            new Worker(
                List.of(
                    cache(sync, "sync" + i), cache(async, "async" + i), cache(reader, "sync" + i)),
                stop));
      }
      List<Started<Void>> started = workers.stream().map(Threads::start).toList();
      try {
        for (int partitions : new int[] {PARTITIONS, 2 * PARTITIONS, 0, PARTITIONS}) {
          workers.forEach(Worker::awaitMore);
          PartitionByHash.run(database.dataSource(), partitions);
        }
        workers.forEach(Worker::awaitMore);
      } finally {
        stop.set(true);
      }
      for (Started<Void> each : started) {
        each.join();
      }
      assertThat(ask(kept)).isEqualTo(before);
      for (Worker worker : workers) {
        assertThat(rowsOf(worker.sync)).isEqualTo(allOf(worker));
      }
    }
    for (Worker worker : workers) {
      assertThat(rowsOf(worker.async)).isEqualTo(allOf(worker));
    }
  }

  private static String allOf(Worker worker) {
    int removed = (worker.done.get() + 2) / 3;
    return worker.done.get() - removed + " and " + removed + " removed";
  }

  private String rowsOf(BackedCache<String, String> cache) throws SQLException {
    return Sql.ask(
        database.dataSource(),
        "select backups || ' and ' || tombstones || ' removed' from backstop_status"
            + " where cache_name = ?",
        cache.name());
  }
}
