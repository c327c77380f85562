package dev.backstop.it;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackstopBuilder;
import dev.backstop.BackupReads;
import dev.backstop.CacheSpec;
import dev.backstop.Durability;
import dev.backstop.Policy;
import dev.backstop.testing.CountingDataSource;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.FakeClock;
import dev.backstop.testing.Sql;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What each operation costs the database: statements, transactions that write, bytes of its log.
 * Counted anew, and held against docs/scaling.md. If it fails, the message is the line that the
 * page should have.
 */
@Tag("reliability")
class CostsIT {
  private static final int TIMES = 500;
  private static final int ROUNDS = 3;
  private static final int CHECKPOINTS = 20;

  /** Bytes that the server writes of its own, such as which transactions are running. */
  private static final int NOISE = 100;

  /** One more of them or less is chance. */
  private static final int PAGE = 8_192;

  /** Of the whole server. A transaction has a number of its own once it writes. */
  private static final String WRITERS = "select pg_snapshot_xmax(pg_current_snapshot())";

  private static final String BYTES = "select pg_current_wal_insert_lsn() - '0/0'";

  private static final PostgresServer SERVER = new EmbeddedServer(); // whose log is ours alone
  private static PostgresDatabase database;

  private final FakeClock clock = new FakeClock();
  private final Random random = new Random(1);
  private CountingDataSource counted;
  private HikariDataSource pool;
  private Backstop backstop;
  private int keys;

  @BeforeAll
  static void create() {
    database = PostgresDatabase.create(SERVER);
  }

  @AfterAll
  static void drop() {
    database.close();
    SERVER.stop();
  }

  @BeforeEach
  void open() throws Exception {
    open(Backstop.builder());
  }

  private void open(BackstopBuilder builder) throws Exception {
    database.clean();
    counted = new CountingDataSource(database.dataSource());
    HikariConfig config = new HikariConfig();
    config.setDataSource(counted);
    config.setMaximumPoolSize(4);
    pool = new HikariDataSource(config);
    backstop =
        builder
            .clock(clock)
            .dataSource(pool)
            .backupTimeout(Duration.ofSeconds(10))
            .failFast(true)
            .build();
    Sql.run(database.dataSource(), "alter table backstop_backup set (autovacuum_enabled = false)");
  }

  @AfterEach
  void close() {
    backstop.close();
    pool.close();
  }

  private static CacheSpec<String, String> spec() {
    return CacheSpec.of("feeds", String.class, String.class)
        .ttl(Duration.ofHours(1))
        .heapEntries(100_000)
        .durability(Durability.SYNC);
  }

  /** What is done with some keys, one after the other or all at once. */
  private interface Work {
    void on(List<String> keys) throws Exception;

    default Work then(Work next) {
      return keys -> {
        on(keys);
        next.on(keys);
      };
    }
  }

  private interface Operation {
    void on(String key) throws Exception;
  }

  private static Work each(Operation operation) {
    return keys -> {
      for (String key : keys) {
        operation.on(key);
      }
    };
  }

  private void assertThatThePageSays(String what, Work prepare, Work work) throws Exception {
    Cost usual = new Cost();
    for (int round = 0; round < ROUNDS; round++) {
      usual.add(work, prepared(prepare));
    }
    Cost afterCheckpoint = new Cost();
    List<String> keys = prepared(prepare);
    int atOnce = what.contains("of " + TIMES) ? TIMES : 1;
    for (int i = 0; i < CHECKPOINTS * atOnce && i < TIMES; i += atOnce) {
      Sql.run(database.dataSource(), "checkpoint");
      afterCheckpoint.add(work, keys.subList(i, i + atOnce));
    }
    DocumentedFigures.assertThatThePageSays(
        "scaling.md",
        "| " + what + " |",
        List.of(
            number(usual.statements),
            number(usual.commits),
            "%,d".formatted(usual.leastBytes),
            "%,d".formatted(afterCheckpoint.mostBytes)),
        0.02,
        0.02,
        NOISE,
        NOISE + (double) PAGE / atOnce);
  }

  private static String number(double value) {
    return BigDecimal.valueOf(value)
        .setScale(3, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }

  /** A server has things of its own to write, now and then: so the least of some. */
  private final class Cost {
    private double statements;
    private double commits;
    private long leastBytes = Long.MAX_VALUE;
    private long mostBytes;

    void add(Work work, List<String> keys) throws Exception {
      counted.forgetStatements();
      long commitsBefore = ask(WRITERS);
      long bytesBefore = ask(BYTES);
      work.on(keys);
      long bytes = (ask(BYTES) - bytesBefore) / keys.size();
      mostBytes = Math.max(mostBytes, bytes);
      if (bytes < leastBytes) {
        leastBytes = bytes;
        commits = (double) (ask(WRITERS) - commitsBefore) / keys.size();
        statements = (double) statements() / keys.size();
      }
    }

    /** Without those of the thread that listens: one per commit that rang, or for several. */
    private long statements() {
      return counted.statements().stream()
          .filter(sql -> !sql.contains("from backstop_news"))
          .count();
    }
  }

  private List<String> prepared(Work prepare) throws Exception {
    List<String> keys = newKeys();
    prepare.on(keys);
    clock.advance(Duration.ofSeconds(1));
    return keys;
  }

  private List<String> newKeys() {
    return IntStream.generate(() -> ++keys)
        .limit(TIMES)
        .mapToObj(i -> "https://planet.example/feeds/%08x".formatted(i * 0x9e3779b1))
        .toList();
  }

  private static long ask(String query) throws Exception {
    return Long.parseLong(Sql.ask(database.dataSource(), query));
  }

  private String value() {
    StringBuilder text = new StringBuilder();
    while (text.length() < 1_024) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  private static String fail() throws IOException {
    throw new IOException("The source is down");
  }

  private Work loadedInto(BackedCache<String, String> cache) {
    return each(key -> cache.get(key, this::value));
  }

  @Test
  void gets() throws Exception {
    BackedCache<String, String> cache = backstop.cache(spec());
    Work loaded = loadedInto(cache);
    assertThatThePageSays("a get that hits", loaded, each(key -> cache.get(key, CostsIT::fail)));
    assertThatThePageSays("a get that loads a new key", keys -> {}, loaded);
    Work expired = loaded.then(each(cache::expire));
    assertThatThePageSays("a get that loads again, a changed value", expired, loaded);
    Map<String, String> known = new HashMap<>();
    assertThatThePageSays(
        "a get that loads again, the same value",
        each(key -> known.put(key, cache.get(key, this::value))).then(each(cache::expire)),
        each(key -> cache.get(key, () -> known.get(key))));
    assertThatThePageSays(
        "a get whose backup stands in", expired, each(key -> cache.get(key, CostsIT::fail)));
    try (Backstop another = Backstop.builder().clock(clock).dataSource(pool).build()) {
      BackedCache<String, String> cold = another.cache(spec());
      Policy fresh = Policy.unset().backupReads(BackupReads.WHILE_FRESH);
      assertThatThePageSays(
          "a get from a fresh backup", loaded, each(key -> cold.get(key, CostsIT::fail, fresh)));
    }
  }

  @Test
  void changes() throws Exception {
    BackedCache<String, String> cache = backstop.cache(spec());
    Work loaded = loadedInto(cache);
    assertThatThePageSays("`expire`", loaded, each(cache::expire));
    assertThatThePageSays("`put` of a known key", loaded, each(key -> cache.put(key, value())));
    assertThatThePageSays("`remove`", loaded, each(cache::remove));
    Work putAll = keys -> cache.putAll(keys.stream().collect(toMap(key -> key, key -> value())));
    assertThatThePageSays("`putAll` of 500 new keys, each", keys -> {}, putAll);
    assertThatThePageSays("`putAll` of 500 known keys, each", loaded, putAll);
  }

  @Test
  void accesses() throws Exception {
    BackedCache<String, String> cache = backstop.cache(spec());
    Work loaded = loadedInto(cache);
    assertThatThePageSays(
        "an access that is noted, of 500",
        loaded.then(
            keys -> {
              clock.advance(Duration.ofMinutes(31));
              each(key -> cache.get(key, CostsIT::fail)).on(keys);
            }),
        keys -> backstop.cullNow());
  }

  @Test
  void culls() throws Exception {
    BackedCache<String, String> cache = backstop.cache(spec());
    Work loaded = loadedInto(cache);
    assertThatThePageSays(
        "a row that is culled, of 500",
        loaded.then(
            keys -> {
              backstop.cullNow();
              Sql.run(
                  database.dataSource(),
                  "update backstop_backup set last_access = last_access - interval '9 days',"
                      + " expires_at = expires_at - interval '9 days'",
                  "update backstop_cache set alive_since = alive_since - interval '9 days'");
            }),
        keys -> assertThat(backstop.cullNow().rows()).isEqualTo(TIMES));
  }

  @Test
  void changesThatAreHeard() throws Exception {
    close();
    open(Backstop.builder().heardWithin(Duration.ofSeconds(20)));
    BackedCache<String, String> cache = backstop.cache(spec());
    Work loaded = loadedInto(cache);
    assertThatThePageSays("`put`, which others hear", loaded, each(key -> cache.put(key, value())));
    assertThatThePageSays("`remove`, which others hear", loaded, each(cache::remove));
  }

  /** How loads ended is noted soon, of several at once: so one is noted before the next begins. */
  private Work noted(Operation operation) {
    return each(
        key -> {
          long before = ends();
          operation.on(key);
          Eventually.holds(() -> ends() > before, "the end of the load is noted");
        });
  }

  private long ends() {
    return counted.statements().stream()
        .filter(sql -> sql.startsWith("update backstop_flight"))
        .count();
  }

  @Test
  void loadsThatNodesShare() throws Exception {
    BackedCache<String, String> cache = backstop.cache(spec().sharedLoads(Duration.ofSeconds(30)));
    Work loaded = noted(key -> cache.get(key, this::value));
    assertThatThePageSays("a get that loads a new key, for all nodes", keys -> {}, loaded);
    assertThatThePageSays(
        "a get whose backup stands in, on all nodes",
        loaded.then(each(cache::expire)),
        noted(key -> cache.get(key, CostsIT::fail)));
  }
}
