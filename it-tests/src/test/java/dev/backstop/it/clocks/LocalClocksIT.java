package dev.backstop.it.clocks;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupReads;
import dev.backstop.BackupUnavailableException;
import dev.backstop.CacheSpec;
import dev.backstop.Changes;
import dev.backstop.Entry;
import dev.backstop.Policy;
import dev.backstop.core.LocalNode;
import dev.backstop.it.PostgresDatabase;
import dev.backstop.testing.CountingDataSource;
import dev.backstop.testing.Effort;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Outcome;
import dev.backstop.testing.Sql;
import dev.backstop.testing.Started;
import dev.backstop.testing.Tally;
import dev.backstop.testing.Threads;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Machines whose clocks are a quarter of an hour off, and run fast or slow. Each node asks its own
 * but once: what it did until it knew the database's time is what that can spoil.
 */
@Tag("reliability")
class LocalClocksIT {
  private static final int NODES = 3;
  private static final int KEYS = 4;
  private static final int CALLS = 12;
  private static final Duration DAY = Duration.ofDays(1);

  /** As NTP slews. */
  private static final double MOST_DRIFT = 500e-6;

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Gate gate = new Gate();
  private final AtomicLongArray committed = new AtomicLongArray(KEYS);
  private PostgresDatabase database;

  @BeforeEach
  void createDatabase() throws SQLException {
    database = PostgresDatabase.create();
    opened.push(database);
    Sql.run(
        database.dataSource(),
        "create table source (key integer primary key, value bigint, edited timestamptz)",
        "create function edited() returns trigger language plpgsql as"
            + " $$begin new.edited = clock_timestamp(); return new; end$$",
        "create trigger edited before insert or update on source"
            + " for each row execute function edited()",
        "insert into source select key, 0 from generate_series(0, " + (KEYS - 1) + ") key");
  }

  @AfterEach
  void close() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  /** A node and its way to the database. */
  private final class Node {
    final CountingDataSource way = new CountingDataSource(database.dataSource());
    final AtomicLong elapsed = new AtomicLong();
    final HikariDataSource pool = new HikariDataSource();
    final Backstop backstop;
    final BackedCache<Integer, Long> cache;

    Node(Duration off, double drift, boolean isCutOff) {
      pool.setDataSource(way);
      pool.setMaximumPoolSize(4);
      pool.setMinimumIdle(0);
      pool.setConnectionTimeout(1_000);
      pool.setInitializationFailTimeout(-1);
      opened.push(pool);
      if (isCutOff) {
        way.refuse();
      }
      long began = System.nanoTime();
      backstop =
          LocalNode.open(
              pool,
              () -> {
                long since = System.nanoTime() - began;
                return began + since + (long) (since * drift) + elapsed.get();
              },
              () -> Instant.now().plus(off));
      opened.push(backstop);
      cache = cache("feeds");
    }

    BackedCache<Integer, Long> cache(String name) {
      return backstop.cache(
          CacheSpec.of(name, Integer.class, Long.class)
              .policy(Policy.ttl(DAY).backupReads(BackupReads.WHILE_FRESH)));
    }

    /** Lets it hear the database's time for the first time. */
    void connect() {
      way.restore();
      Eventually.holds(() -> backstop.writes().waiting() == 0, "what is queued is written");
    }

    /** While the database is away, a change says that it is not durable yet. */
    void whileCutOff(Runnable change) {
      try {
        change.run();
        throw new AssertionError("There is no database");
      } catch (BackupUnavailableException queued) {
        assertThat(queued).hasMessageEndingWith("stays queued");
      }
    }
  }

  private Node online() {
    return new Node(Duration.ZERO, 0, false);
  }

  private Node cutOff(int minutes) {
    return new Node(Duration.ofMinutes(minutes), 0, true);
  }

  private String ask(String query, Object... parameters) throws SQLException {
    return "" + Sql.ask(database.dataSource(), query, parameters);
  }

  private Instant now() throws SQLException {
    return Instant.parse(
        ask(
            "select to_char(clock_timestamp() at time zone 'UTC',"
                + " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"));
  }

  private Started<Long> heldLoad(Node node, long value) throws InterruptedException {
    Started<Long> load =
        Threads.start(
            () ->
                node.cache.get(
                    1,
                    () -> {
                      gate.enter();
                      return value;
                    }));
    gate.awaitEntered();
    return load;
  }

  @ParameterizedTest
  @ValueSource(ints = {-15, 15})
  void aRemovalByANodeThatKnowsNoTime_winsOverALoadElsewhereThatBeganBefore(int minutes)
      throws Exception {
    Node online = online();
    Node off = cutOff(minutes);
    Started<Long> load = heldLoad(online, 1);
    off.whileCutOff(() -> off.cache.remove(1));
    off.connect();
    gate.open();
    assertThat(load.join()).isEqualTo(1);
    assertThat(ask("select count(*) from backstop_backup where blob is not null")).isEqualTo("0");
    assertThat(online.cache.peek(1)).isEmpty();
    assertThat(online.cache.get(1, () -> 2L)).isEqualTo(2); // and is not removed for ever
    assertThat(off.cache.get(1, () -> 3L)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {-15, 15})
  void aLoadByANodeThatKnowsNoTime_losesAgainstARemovalElsewhereSince(int minutes)
      throws Exception {
    Node online = online();
    Node off = cutOff(minutes);
    Started<Long> load = heldLoad(off, 1);
    online.cache.remove(1);
    gate.open();
    assertThat(load.join()).isEqualTo(1);
    off.connect();
    assertThat(ask("select count(*) from backstop_backup where blob is not null")).isEqualTo("0");
    assertThat(off.cache.peek(1)).isEmpty();
    assertThat(off.cache.get(1, () -> 2L)).isEqualTo(2);
    assertThat(online.cache.get(1, () -> 3L)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {-15, 15})
  void aPutByANodeThatKnowsNoTime_isStampedAndFreshByTheDatabasesTime(int minutes)
      throws Exception {
    Node off = cutOff(minutes);
    Instant before = now();
    off.whileCutOff(() -> off.cache.put(1, 1L, Duration.ofHours(1)));
    Instant after = now();
    off.connect();
    Entry<Long> entry = off.cache.peek(1).orElseThrow();
    assertThat(entry.createdAt())
        .isBetween(before.minusSeconds(1), after.plusSeconds(1)); // drift, while it waited
    assertThat(entry.expiresAt()).isEqualTo(entry.createdAt().plus(Duration.ofHours(1)));
    assertThat(online().cache.get(1, () -> 2L)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {-15, 60 * 24 * 365})
  void anAccessThatWasNotedByAWrongClock_doesNotKeepARow(int minutes) throws Exception {
    Node off = cutOff(minutes);
    off.cache.get(1, () -> 1L);
    off.elapsed.addAndGet(Duration.ofMinutes(3).toNanos()); // an access is noted that late
    assertThat(off.cache.get(1, () -> 2L)).isEqualTo(1);
    off.connect();
    assertThat(off.backstop.cullNow().rows()).isZero();
    assertThat(
            ask(
                "select last_access between clock_timestamp() - interval '5 min'"
                    + " and clock_timestamp() from backstop_backup"))
        .isEqualTo("t");
  }

  @Test
  void whateverTheirClocksDo_noEditIsMissedAndNoRemovalLoses() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    AtomicLong calls = new AtomicLong();
    int rounds = Effort.of(2, 60);
    for (int round = 0; round < rounds; round++) {
      List<Node> nodes = new ArrayList<>();
      for (int i = 0; i < NODES; i++) {
        double drift = (random.nextDouble() * 2 - 1) * MOST_DRIFT;
        nodes.add(new Node(Duration.ofMinutes(15L * (i - 1)), drift, false));
      }
      List<Callable<Void>> threads = new ArrayList<>();
      for (int i = 0; i < NODES; i++) {
        Random own = new Random(random.nextLong());
        threads.add(
            () -> {
              for (int call = 0; call < CALLS; call++) {
                Node node = nodes.get(own.nextInt(NODES));
                call(node, own.nextInt(KEYS), own.nextInt(6));
                calls.incrementAndGet();
              }
              return null;
            });
      }
      for (Outcome<Void> outcome : Threads.<Void>together(threads)) {
        assertThat(outcome.failure()).as("seed " + seed).isNull();
      }
      for (int key = 0; key < KEYS; key++) {
        nodes.get(random.nextInt(NODES)).cache("trusting").remove(key);
        assertThat(inTable(key)).as("key %s, seed %s", key, seed).isEqualTo(Long.MAX_VALUE);
      }
      for (Node node : nodes) {
        node.backstop.close();
        node.pool.close();
      }
    }
    Tally.note(
        LocalClocksIT.class,
        calls + " calls by " + NODES + " nodes, 15 minutes apart, in " + rounds + " rounds");
  }

  private void call(Node node, int key, int what) throws SQLException {
    BackedCache<Integer, Long> trusting = node.cache("trusting");
    BackedCache<Integer, Long> asking = node.cache("asking");
    long before = committed.get(key);
    switch (what) {
      case 0 -> edit(key);
      case 1 -> {
        edit(key);
        before = committed.get(key);
        trusting.remove(key);
        assertThat(trusting.get(key, () -> source(key))).isGreaterThanOrEqualTo(before);
        assertThat(inTable(key)).isGreaterThanOrEqualTo(before);
      }
      case 2 -> trusting.get(key, () -> source(key));
      case 3 -> asking.expire(key);
      default -> {
        Entry<Long> entry = asking.entry(key, () -> source(key), asks(key));
        assertThat(entry.value()).as("key %s", key).isGreaterThanOrEqualTo(before);
        assertThat(entry.createdAt()).isBefore(now());
        assertThat(entry.expiresAt()).isEqualTo(entry.createdAt().plus(DAY));
      }
    }
  }

  private Policy asks(int key) {
    return Policy.unset()
        .changedSince(
            Changes.sql(
                    database.dataSource(),
                    "select 1 from source where key = :key and edited >= :stamp",
                    Map.of("key", key))
                .overlap(Duration.ZERO));
  }

  private void edit(int key) throws SQLException {
    long value =
        Long.parseLong(
            ask("update source set value = value + 1 where key = ? returning value", key));
    committed.accumulateAndGet(key, value, Math::max);
  }

  private Long source(int key) throws SQLException {
    return Long.valueOf(ask("select value from source where key = ?", key));
  }

  /** What the table has of it; all that there could ever be, if it has nothing. */
  private long inTable(int key) throws SQLException {
    String text =
        ask(
            "select convert_from(blob, 'UTF8') from backstop_backup"
                + " where cache_name = 'trusting' and cache_key = ? and blob is not null",
            "" + key);
    return text.equals("null") ? Long.MAX_VALUE : Long.parseLong(text);
  }
}
