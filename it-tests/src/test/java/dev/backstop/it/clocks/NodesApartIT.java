package dev.backstop.it.clocks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupReads;
import dev.backstop.CacheSpec;
import dev.backstop.Changes;
import dev.backstop.Loader;
import dev.backstop.Policy;
import dev.backstop.it.outage.FlakyNetwork;
import dev.backstop.testing.Effort;
import dev.backstop.testing.Outcome;
import dev.backstop.testing.Sql;
import dev.backstop.testing.Tally;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Nodes that know the database's time badly, each in its own way: their questions or its answers
 * are late, and somebody sets its clock.
 */
@Tag("reliability")
class NodesApartIT {
  private static final int NODES = 3;
  private static final int THREADS = 4;
  private static final int CALLS = 10;
  private static final int KEYS = 4;
  private static final Duration LATE = Duration.ofMillis(60);

  private final Random random = new Random();
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final List<FlakyNetwork> networks = new ArrayList<>();
  private final List<BackedCache<Integer, Long>> asking = new ArrayList<>();
  private final List<BackedCache<Integer, Long>> trusting = new ArrayList<>();
  private final AtomicLongArray committed = new AtomicLongArray(KEYS);
  private final AtomicLong calls = new AtomicLong();
  private final AtomicInteger steps = new AtomicInteger();
  private SteppingDatabase database;

  @BeforeEach
  void open() throws SQLException, IOException {
    database = new SteppingDatabase();
    opened.push(database);
    database.run(
        "create table source (key integer primary key, value bigint, edited timestamptz)",
        "create function edited() returns trigger language plpgsql as"
            + " $$begin new.edited = clock_timestamp(); return new; end$$",
        "create trigger edited before insert or update on source"
            + " for each row execute function edited()",
        "insert into source select key, 0 from generate_series(0, " + (KEYS - 1) + ") key");
    for (int i = 0; i < NODES; i++) {
      Backstop node = open(Duration.ZERO, Duration.ZERO);
      asking.add(node.cache(spec("asking")));
      trusting.add(node.cache(spec("trusting")));
    }
  }

  private static CacheSpec<Integer, Long> spec(String name) {
    return CacheSpec.of(name, Integer.class, Long.class)
        .policy(Policy.ttl(Duration.ofDays(1)).backupReads(BackupReads.WHILE_FRESH));
  }

  /** One that never heard the time sooner than that. */
  private Backstop open(Duration toServer, Duration toClient) throws IOException {
    FlakyNetwork network = new FlakyNetwork(database.database().jdbcUrl());
    opened.push(network);
    network.toServer().delay(toServer);
    network.toClient().delay(toClient);
    Backstop backstop =
        Backstop.builder()
            .jdbcUrl(network.jdbcUrl())
            .username(database.database().username())
            .password(database.database().password())
            .poolSize(3)
            .backupTimeout(Duration.ofSeconds(20))
            .build();
    opened.push(backstop);
    networks.add(network);
    return backstop;
  }

  /** The first asks slowly, the second is answered slowly. */
  private void delay(int most) {
    networks.get(0).toServer().delay(Duration.ofMillis(random.nextInt(most)));
    networks.get(1).toClient().delay(Duration.ofMillis(random.nextInt(most)));
  }

  @AfterEach
  void close() throws Exception {
    delay(1);
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  @Test
  void noEditIsMissedAndNoRemovalLoses_whateverTheNetworkAndTheClockDo() throws Exception {
    long seed = random.nextLong();
    random.setSeed(seed);
    int rounds = Effort.of(4, 200);
    for (int round = 0; round < rounds; round++) {
      delay(25);
      run(Threads.together(threads()));
      if (round % 2 == 1) {
        Duration step = random.nextBoolean() ? Duration.ofSeconds(-30) : Duration.ofHours(1);
        database.step(step, NODES);
        database.awaitNoFuture();
        steps.incrementAndGet();
      }
      checkTable("round " + round + " of seed " + seed);
    }
    Tally.note(
        NodesApartIT.class,
        calls + " calls by " + NODES + " nodes in " + rounds + " rounds, " + steps + " steps");
  }

  /** What it takes for the present would be past the edit, by half of what the question took. */
  @Test
  void whoseQuestionsAreLate_missesNoEditRightAfterItsLoad() throws Exception {
    BackedCache<Integer, Long> late = open(LATE, Duration.ZERO).cache(spec("asking"));
    try (Connection source = database.database().dataSource().getConnection();
        Statement edit = source.createStatement()) {
      Loader<Long, SQLException> loader =
          () -> {
            edit.execute("update source set value = 1 where key = 0");
            return 0L; // as it was before
          };
      Policy atOnce = Policy.unset().backupReads(BackupReads.ON_FAILURE);
      assertThat(late.get(0, loader, atOnce)).isZero();
    }
    assertThat(late.get(0, () -> source(0), asks(0))).isEqualTo(1);
  }

  /** What it takes for the present would be before the load, by half of what the answer took. */
  @Test
  void whoseAnswersAreLate_removesWhatAnotherBeganToLoadBefore() throws Exception {
    BackedCache<Integer, Long> late = open(Duration.ZERO, LATE).cache(spec("trusting"));
    assertThat(
            trusting
                .get(2)
                .get(
                    0,
                    () -> {
                      late.remove(0);
                      return 1L;
                    }))
        .isEqualTo(1);
    assertThat(inTable(0)).isEqualTo(Long.MAX_VALUE);
  }

  private static void run(List<Outcome<Void>> outcomes) {
    for (Outcome<Void> outcome : outcomes) {
      assertThat(outcome.failure()).isNull();
    }
  }

  private List<Callable<Void>> threads() {
    List<Callable<Void>> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Random own = new Random(random.nextLong());
      threads.add(
          () -> {
            for (int call = 0; call < CALLS; call++) {
              call(own.nextInt(NODES), own.nextInt(KEYS), own.nextInt(6));
              calls.incrementAndGet();
            }
            return null;
          });
    }
    return threads;
  }

  private void call(int node, int key, int what) throws SQLException {
    long before = committed.get(key);
    switch (what) {
      case 0 -> edit(key);
      case 1 -> {
        edit(key);
        before = committed.get(key);
        trusting.get(node).remove(key);
        assertThat(trusting.get(node).get(key, () -> source(key))).isGreaterThanOrEqualTo(before);
        assertThat(inTable(key)).isGreaterThanOrEqualTo(before);
      }
      case 2 -> trusting.get(node).get(key, () -> source(key));
      case 3 -> asking.get(node).expire(key);
      default ->
          assertThat(asking.get(node).get(key, () -> source(key), asks(key)))
              .as("key %s on node %s", key, node)
              .isGreaterThanOrEqualTo(before);
    }
  }

  private Policy asks(int key) {
    return Policy.unset()
        .changedSince(
            Changes.sql(
                    database.database().dataSource(),
                    "select 1 from source where key = :key and edited >= :stamp",
                    Map.of("key", key))
                .overlap(Duration.ZERO));
  }

  private void edit(int key) throws SQLException {
    long value =
        Long.parseLong(
            ""
                + Sql.ask(
                    database.database().dataSource(),
                    "update source set value = value + 1 where key = ? returning value",
                    key));
    committed.accumulateAndGet(key, value, Math::max);
  }

  private Long source(int key) {
    return Long.valueOf(database.ask("select value from source where key = ?", key));
  }

  /** What the table has of it; all that there could ever be, if it has nothing. */
  private long inTable(int key) {
    String text =
        database.ask(
            "select convert_from(blob, 'UTF8') from backstop_backup"
                + " where cache_name = 'trusting' and cache_key = ? and blob is not null",
            "" + key);
    return text.equals("null") ? Long.MAX_VALUE : Long.parseLong(text);
  }

  /** Nothing that was removed has come back, whatever was still under way then. */
  private void checkTable(String when) throws SQLException {
    for (int key = 0; key < KEYS; key++) {
      edit(key);
      int node = random.nextInt(NODES);
      trusting.get(node).remove(key);
      assertThat(inTable(key)).as("key %s after %s", key, when).isEqualTo(Long.MAX_VALUE);
    }
  }
}
