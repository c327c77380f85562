package dev.backstop.it.races;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.CacheTier;
import dev.backstop.Policy;
import dev.backstop.it.PostgresDatabase;
import dev.backstop.testing.Effort;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.H2Database;
import dev.backstop.testing.MapTier;
import dev.backstop.testing.Outcome;
import dev.backstop.testing.Tally;
import dev.backstop.testing.TestDatabase;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes and threads that change, load and remove the same keys while others cull: of what was
 * acknowledged, the last is left, in the table and in each tier, and nobody meets a deadlock.
 */
@Tag("reliability")
class LostUpdatesIT {
  private static final int NODES = 3;
  private static final int THREADS = 4;
  private static final int CALLS = 12;
  private static final int KEYS = 3;
  private static final String SHARED = "shared";

  /** How long a loader waits for someone who changes its key meanwhile. */
  private static final Duration OVERTAKEN_WITHIN = Duration.ofMillis(50);

  private static final Policy POLICY = Policy.ttl(Duration.ofDays(1));

  private final Random random = new Random();
  private final AtomicInteger values = new AtomicInteger();
  private final List<Backstop> opened = new ArrayList<>();
  private final List<BackedCache<String, String>> nodes = new ArrayList<>();
  private final MapTier shared = new MapTier(SHARED);
  private long operations;

  @TempDir Path directory;

  @Test
  void postgreSql_keepsTheLastThatWasAcknowledged() throws Exception {
    try (PostgresDatabase database = PostgresDatabase.create()) {
      hammer(database, spec -> spec, Effort.of(25, 2_500));
    }
  }

  @Test
  void h2_keepsTheLastThatWasAcknowledged() throws Exception {
    try (H2Database database = H2Database.inMemory()) {
      hammer(database, spec -> spec, Effort.of(25, 2_500));
    }
  }

  @Test
  void tiers_keepTheLastThatWasAcknowledgedToTheirNode() throws Exception {
    try (PostgresDatabase database = PostgresDatabase.create()) {
      hammer(
          database,
          spec -> spec.heapEntries(2).offHeapBytes(2 << 20).diskBytes(4 << 20).tiers(shared),
          Effort.of(15, 1_500),
          CacheTier.OFF_HEAP,
          CacheTier.DISK,
          SHARED);
    }
  }

  private void hammer(
      TestDatabase database,
      UnaryOperator<CacheSpec<String, String>> tiers,
      int rounds,
      String... between)
      throws Exception {
    long seed = random.nextLong();
    random.setSeed(seed);
    AtomicBoolean isOver = new AtomicBoolean();
    try {
      for (int i = 0; i < NODES; i++) {
        nodes.add(open(database, i).cache(tiers.apply(spec())));
      }
      var culls = Threads.start(() -> cull(isOver));
      for (int round = 0; round < rounds; round++) {
        round(database, "round " + round + " of seed " + seed + " key ", between);
      }
      isOver.set(true);
      culls.join();
    } finally {
      isOver.set(true);
      opened.forEach(Backstop::close);
    }
    Tally.note(
        LostUpdatesIT.class,
        database.getClass().getSimpleName()
            + " "
            + String.join(", ", between)
            + ": "
            + operations
            + " changes and loads by "
            + NODES
            + " nodes in "
            + rounds
            + " rounds");
  }

  private static CacheSpec<String, String> spec() {
    return CacheSpec.of("feeds", String.class, String.class).policy(POLICY);
  }

  private Backstop open(TestDatabase database, int node) {
    Backstop backstop =
        Backstop.builder()
            .jdbcUrl(database.jdbcUrl())
            .username(database.username())
            .password(database.password())
            .poolSize(3)
            .diskDirectory(directory.resolve("node-" + node))
            .backupTimeout(Duration.ofSeconds(20))
            .cullIdleAfter(Duration.ofSeconds(1))
            .build();
    opened.add(backstop);
    return backstop;
  }

  /** All that is past its ttl is idle, and what is not must stay. */
  private @Nullable Void cull(AtomicBoolean isOver) {
    for (int i = 0; !isOver.get(); i++) {
      opened.get(i % NODES).cullNow();
    }
    return null;
  }

  private void round(TestDatabase database, String prefix, String... between) throws Exception {
    List<History> keys = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      keys.add(new History());
    }
    List<Callable<Void>> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Random own = new Random(random.nextLong());
      threads.add(
          () -> {
            for (int call = 0; call < CALLS; call++) {
              int key = own.nextInt(KEYS);
              call(own, own.nextInt(NODES), prefix + key, keys.get(key), keys);
            }
            return null;
          });
    }
    for (Outcome<Void> outcome : Threads.together(threads)) {
      assertThat(outcome.failure()).isNull();
    }
    for (int i = 0; i < KEYS; i++) {
      String key = prefix + i;
      History history = keys.get(i);
      String left = inTable(database, key);
      assertThat(history.allows(left, History.EVERYWHERE))
          .as("%s: the table has %s of %s", key, left, history)
          .isTrue();
      for (int node = 0; node < NODES; node++) {
        check(history, key, node, CacheTier.HEAP, between);
        for (String tier : between) {
          check(history, key, node, tier, between);
        }
      }
      operations += history.size();
    }
  }

  private void call(Random own, int node, String key, History history, List<History> all)
      throws IOException {
    BackedCache<String, String> cache = nodes.get(node);
    String value = "value " + values.incrementAndGet();
    switch (own.nextInt(16)) {
      case 0, 1, 2, 3, 4 -> {
        History.Done put = history.change(node, value);
        cache.put(key, value);
        put.end();
      }
      case 5, 6, 7, 8, 9 -> {
        History.Done[] load = {null};
        long asked = System.nanoTime();
        cache.get(
            key,
            () -> {
              load[0] = history.load(node, value, asked);
              if (own.nextBoolean()) { // or none would come after what is later
                Eventually.within(OVERTAKEN_WITHIN, () -> history.isOutdone(load[0]));
              }
              return value;
            });
        if (load[0] != null) {
          load[0].end();
        }
      }
      case 10, 11, 12 -> {
        History.Done removal = history.change(node, null);
        cache.remove(key);
        removal.end();
      }
      case 13 -> {
        History.Done expiry = history.expiry(node);
        cache.expire(key);
        expiry.end();
      }
      case 14 -> cache.put(key + " idle " + own.nextInt(5), value, Duration.ofMillis(1));
      default -> {
        List<History.Done> clears = all.stream().map(each -> each.change(node, null)).toList();
        cache.clear();
        clears.forEach(History.Done::end);
      }
    }
  }

  private static @Nullable String inTable(TestDatabase database, String key) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "select b.blob from backstop_backup b left join backstop_cache c"
                    + " on c.cache_name = b.cache_name where b.cache_key = ?"
                    + " and (c.cleared_before is null or c.cleared_before < b.created_at)")) {
      select.setString(1, key);
      try (ResultSet row = select.executeQuery()) {
        byte[] json = row.next() ? row.getBytes(1) : null;
        return json == null ? null : new String(json, StandardCharsets.UTF_8).replace("\"", "");
      }
    }
  }

  /** What this tier alone has, in the eyes of its node, which need not know of others' changes. */
  private void check(History history, String key, int node, String tier, String... between) {
    List<String> unread = new ArrayList<>(List.of(CacheTier.HEAP, CacheTier.BACKUPS));
    unread.addAll(List.of(between));
    unread.remove(tier);
    Policy only = POLICY.withoutReading(unread.toArray(String[]::new));
    Eventually.holds(
        () -> {
          String held = held(nodes.get(node), key, only);
          return held == null || mayHold(history, held, node, between);
        },
        "node "
            + node
            + " has in its "
            + tier
            + " what may be left of "
            + key
            + ": "
            + held(nodes.get(node), key, only)
            + " of "
            + history);
  }

  /**
   * Nodes do not hear of each other: what they share is as old as what any of them still has, and
   * whoever finds it there takes it for good.
   */
  private static boolean mayHold(History history, String held, int node, String... between) {
    return List.of(between).contains(SHARED)
        ? IntStream.range(0, NODES).anyMatch(any -> history.allows(held, any))
        : history.allows(held, node);
  }

  private static @Nullable String held(BackedCache<String, String> cache, String key, Policy only) {
    try {
      return cache.get(
          key,
          () -> {
            throw new IOException("Nothing there");
          },
          only);
    } catch (IOException nothing) {
      return null;
    }
  }
}
