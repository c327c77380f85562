package dev.backstop.it.races;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Loader;
import dev.backstop.it.PostgresDatabase;
import dev.backstop.testing.Effort;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.FakeClock;
import dev.backstop.testing.Outcome;
import dev.backstop.testing.Sql;
import dev.backstop.testing.Tally;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Backups that are past their ttl and idle, and culls of them by two nodes while others ask for
 * them, rewrite, expire, remove and clear them. What was acknowledged stays so, and what was asked
 * for before any cull stays.
 */
@Tag("reliability")
class CullFuzzIT {
  private static final int NODES = 2;
  private static final int KEYS = 4;
  private static final int ACTORS = 3;
  private static final int CALLS = 3;

  /** Below what looks like downtime, so that a step of the clock makes idle. */
  private static final Duration IDLE = Duration.ofMinutes(3);

  private final FakeClock clock = new FakeClock();
  private final Random random = new Random();
  private final AtomicInteger values = new AtomicInteger();
  private final List<BackedCache<String, String>> caches = new ArrayList<>();
  private final List<Backstop> nodes = new ArrayList<>();
  private long culls;
  private long deleted;
  private long rewritten;
  private long deletedBeneath;
  private long overlaps;
  private long saved;

  /** Something that a node did, from when to when. */
  private record Span(int node, long began, long ended, long rows) {
    boolean overlaps(Span other) {
      return began < other.ended && other.began < ended;
    }
  }

  /** A key of a round: all that was done to it, and the gets of a value, first or not. */
  private static final class Key {
    private final String text;
    private final History history = new History();
    private final Queue<Span> gets = new ConcurrentLinkedQueue<>();

    private Key(String text) {
      this.text = text;
    }

    private String first() {
      return text + " first";
    }
  }

  @Test
  void whatCullsRaceWith_isNeverLost_andNothingComesBack() throws Exception {
    long seed = random.nextLong();
    random.setSeed(seed);
    int rounds = Effort.of(200, 7_000);
    try (PostgresDatabase database = PostgresDatabase.create()) {
      try {
        for (int i = 0; i < NODES; i++) {
          open(database);
        }
        for (int round = 0; round < rounds; round++) {
          round(database, "round " + round + " of seed " + seed + " key ");
        }
      } finally {
        nodes.forEach(Backstop::close);
      }
    }
    assertThat(deletedBeneath).as("rounds in which a cull deleted beneath others").isPositive();
    assertThat(saved).as("rows that an access alone had saved").isPositive();
    Tally.note(
        CullFuzzIT.class,
        rounds
            + " rounds, "
            + culls
            + " culls, "
            + deleted
            + " rows deleted, "
            + overlaps
            + " calls during a cull, "
            + deletedBeneath
            + " rounds in which such a cull deleted rows, "
            + saved
            + " rows saved by an access alone, "
            + rewritten
            + " first values replaced");
  }

  private void open(PostgresDatabase database) {
    Backstop node =
        Backstop.builder()
            .jdbcUrl(database.jdbcUrl())
            .username(database.username())
            .password(database.password())
            .poolSize(3)
            .clock(clock)
            .backupTimeout(Duration.ofSeconds(20))
            .cullIdleAfter(IDLE)
            .tombstoneFor(IDLE)
            .cullEvery(Duration.ofDays(1))
            .build();
    nodes.add(node);
    caches.add(
        node.cache(CacheSpec.of("feeds", String.class, String.class).ttl(Duration.ofSeconds(1))));
  }

  private void round(PostgresDatabase database, String prefix) throws Exception {
    List<Key> keys = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      Key key = new Key(prefix + i);
      History.Done put = key.history.change(0, key.first());
      caches.get(random.nextInt(NODES)).put(key.text, key.first());
      put.end();
      keys.add(key);
    }
    clock.advance(IDLE.plusSeconds(30));
    Queue<Span> calls = new ConcurrentLinkedQueue<>();
    Queue<Span> culled = new ConcurrentLinkedQueue<>();
    List<Callable<Void>> threads = new ArrayList<>();
    int actors = random.nextInt(ACTORS) + 1;
    int first = random.nextInt(NODES);
    boolean inTurn = random.nextBoolean();
    for (int i = 0; i < actors; i++) {
      Random own = new Random(random.nextLong());
      threads.add(
          () -> {
            for (int call = 0; call < CALLS; call++) {
              int node = own.nextBoolean() ? first : own.nextInt(NODES);
              Key key = keys.get(own.nextInt(KEYS));
              long began = System.nanoTime();
              String got = call(own, node, key, keys);
              long rows = key.first().equals(got) ? 1 : 0;
              Span span = new Span(node, began, System.nanoTime(), rows);
              calls.add(span);
              if (got != null) {
                key.gets.add(span);
              }
            }
            return null;
          });
    }
    for (int i = 0; i < NODES; i++) {
      int culler = (first + i) % NODES;
      int cullsBefore = inTurn ? i : 0;
      int callsBefore = random.nextInt(actors * CALLS);
      threads.add(
          () -> {
            Eventually.holds(
                () -> calls.size() >= callsBefore && culled.size() >= cullsBefore, "its turn");
            long began = System.nanoTime();
            long rows = nodes.get(culler).cullNow().rows();
            culled.add(new Span(culler, began, System.nanoTime(), rows));
            return null;
          });
    }
    for (Outcome<Void> outcome : Threads.together(threads)) {
      assertThat(outcome.failure()).isNull();
    }
    keys.forEach(key -> check(database, key, culled));
    count(calls, culled);
  }

  /** Returns what a get answered. */
  private @Nullable String call(Random own, int node, Key key, List<Key> all) {
    BackedCache<String, String> cache = caches.get(node);
    String value = "value " + values.incrementAndGet();
    switch (own.nextInt(16)) {
      case 0, 1 -> {
        History.Done put = key.history.change(node, value);
        cache.put(key.text, value);
        put.end();
      }
      case 2, 3 -> {
        History.Done removal = key.history.change(node, null);
        cache.remove(key.text);
        removal.end();
      }
      case 4, 5, 6 -> {
        History.Done[] load = {null};
        long asked = System.nanoTime();
        String got =
            get(
                cache,
                key.text,
                () -> {
                  load[0] = key.history.load(node, value, asked);
                  Thread.yield();
                  return value;
                });
        if (load[0] != null) {
          load[0].end();
        }
        return got;
      }
      case 7 -> cache.expire(key.text);
      case 8 -> {
        if (own.nextInt(8) == 0) {
          List<History.Done> clears =
              all.stream().map(each -> each.history.change(node, null)).toList();
          cache.clear();
          clears.forEach(History.Done::end);
        }
      }
      default -> {
        return get(
            cache,
            key.text,
            () -> {
              throw new IOException("The source is away");
            });
      }
    }
    return null;
  }

  /** Null if the source was away, for this call or for the one whose load it joined. */
  private static @Nullable String get(
      BackedCache<String, String> cache, String key, Loader<String, IOException> loader) {
    try {
      return cache.get(key, loader);
    } catch (IOException nothing) {
      return null;
    }
  }

  private void check(PostgresDatabase database, Key key, Queue<Span> culled) {
    String left = inTable(database, key.text);
    boolean wasFirst = key.history.allows(key.first(), History.EVERYWHERE);
    boolean hadToStay = key.gets.stream().anyMatch(get -> saves(get, key, culled));
    boolean mayBeGone = wasFirst && !hadToStay || key.history.allows(null, History.EVERYWHERE);
    assertThat(left == null ? mayBeGone : key.history.allows(left, History.EVERYWHERE))
        .as("%s: the table has %s of %s, culled by %s", key.text, left, key.history, culled)
        .isTrue();
    saved += wasFirst && hadToStay && !key.history.allows(null, History.EVERYWHERE) ? 1 : 0;
    rewritten += wasFirst ? 0 : 1;
  }

  /**
   * Whether it was an access of the first value that each cull knew of: its own node's came after
   * it, and another's after one of its own node's, which writes down what it knows. Of two gets at
   * once either may have been the one that notes it.
   */
  private static boolean saves(Span get, Key key, Queue<Span> culled) {
    return get.rows == 1
        && key.gets.stream().noneMatch(other -> other != get && other.overlaps(get))
        && culled.stream().allMatch(cull -> isKnownTo(cull, get, culled));
  }

  private static boolean isKnownTo(Span cull, Span access, Queue<Span> culled) {
    return cull.node == access.node
        ? cull.began > access.ended
        : culled.stream()
            .anyMatch(
                own ->
                    own.node == access.node && own.began > access.ended && cull.began > own.ended);
  }

  private void count(Queue<Span> calls, Queue<Span> culled) {
    boolean beneath = false;
    for (Span cull : culled) {
      long during = calls.stream().filter(cull::overlaps).count();
      culls++;
      deleted += cull.rows;
      overlaps += during;
      beneath |= during > 0 && cull.rows > 0;
    }
    deletedBeneath += beneath ? 1 : 0;
  }

  private static @Nullable String inTable(PostgresDatabase database, String key) {
    try {
      return Sql.ask(
          database.dataSource(),
          "select replace(convert_from(b.blob, 'UTF8'), '\"', '') from backstop_backup b"
              + " left join backstop_cache c on c.cache_name = b.cache_name"
              + " where b.cache_key = ?"
              + " and (c.cleared_before is null or c.cleared_before < b.created_at)",
          key);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
