package dev.backstop.it.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Entry;
import dev.backstop.LoadTimeoutException;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.it.PostgresDatabase;
import dev.backstop.testing.Effort;
import dev.backstop.testing.FakeClock;
import dev.backstop.testing.Sql;
import dev.backstop.testing.Tally;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A day of a source that comes and goes, in simulated time, on a real database. */
@Tag("reliability")
class FlappingSourceIT {
  private static final Duration DAY = Duration.ofHours(24);
  private static final Duration STEP = Duration.ofSeconds(15);
  private static final Duration TTL = Duration.ofMinutes(5);
  private static final Duration STAND_IN_TIME = TTL.dividedBy(2);
  private static final Duration IDLE = Duration.ofHours(1);
  private static final Duration SLOW = Duration.ofSeconds(20);
  private static final Duration MAX_STALE = Duration.ofMinutes(20);

  /** Each reading of the clock moves it on by one microsecond, and one get reads it a few times. */
  private static final Duration READINGS = Duration.ofSeconds(1);

  private static final int KEYS = Effort.of(12, 150);
  private static final int GETS_PER_STEP = Effort.of(4, 30);
  private static final int IDLE_KEYS = 20;
  private static final String IN_USE = "(cast(cache_key as integer) < " + KEYS + ")";
  private static final long SEED = 20_260_115;

  private final FakeClock clock = new FakeClock();
  private final Random random = new Random(SEED);
  private final PostgresDatabase database = PostgresDatabase.create();
  private FlappingSource source;
  private Backstop backstop;
  private BackedCache<Integer, String> cache;
  private long gets;
  private long standIns;
  private long refusals;
  private int restarts;

  @BeforeEach
  void open() {
    backstop =
        Backstop.builder()
            .jdbcUrl(database.jdbcUrl())
            .username(database.username())
            .password(database.password())
            .backupTimeout(Duration.ofSeconds(20)) // the database is not what this is about
            .clock(clock)
            .cullIdleAfter(IDLE)
            .build();
    cache = backstop.cache(CacheSpec.of("day", Integer.class, String.class).ttl(TTL));
  }

  @AfterEach
  void close() {
    source.end();
    backstop.close();
    database.close();
  }

  /** Whatever the source does, and however old its last answer is, every get is answered. */
  @Test
  void withoutMaxStale_everyGetIsAnsweredAfterTheFirstLoad() throws Exception {
    aDay("withoutMaxStale", Policy.ttl(TTL));
    assertThat(refusals).isZero();
    assertThat(source.calls()).isLessThanOrEqualTo(source.promised(restarts));
  }

  /** The same, but what is older than {@code maxStale} is never served. */
  @Test
  void withMaxStale_noAnswerIsOlder() throws Exception {
    aDay("withMaxStale", Policy.ttl(TTL).maxStale(MAX_STALE));
    assertThat(refusals).isPositive();
  }

  private void aDay(String test, Policy policy) throws Exception {
    source = new FlappingSource(clock, KEYS + IDLE_KEYS, TTL, STAND_IN_TIME, policy.maxStale());
    for (int key = 0; key < KEYS + IDLE_KEYS; key++) { // the first load of each succeeds
      ask(key, policy);
    }
    Instant end = clock.instant().plus(DAY);
    Instant nextCull = clock.instant().plus(IDLE);
    Instant nextRestart = clock.instant().plus(Duration.ofHours(3));
    while (clock.instant().isBefore(end)) {
      clock.advance(STEP);
      source.step(random);
      for (int i = 0; i < GETS_PER_STEP; i++) {
        ask(random.nextInt(KEYS), policy);
      }
      if (clock.instant().isAfter(nextCull)) {
        for (int key = 0; key < KEYS; key++) { // in use: not one of them is idle for an hour
          ask(key, policy);
        }
        backstop.cullNow();
        if (policy.maxStale() == null) { // what is refused is no access
          assertThat(rows(IN_USE)).as("not one in use is culled").isEqualTo(KEYS);
        }
        nextCull = clock.instant().plus(IDLE);
      }
      if (clock.instant().isAfter(nextRestart)) {
        restart();
        nextRestart = clock.instant().plus(Duration.ofHours(3));
      }
    }
    assertThat(rows("not " + IN_USE)).as("what is idle is culled").isZero();
    Tally.note(
        FlappingSourceIT.class,
        test
            + ": 24 simulated hours, seed %d, %,d gets of %d keys, %,d stood in for, %,d refused,"
                .formatted(SEED, gets, KEYS, standIns, refusals)
            + " the source was called %,d times of %,d, %s, %d restarts"
                .formatted(source.calls(), source.promised(restarts), source, restarts));
  }

  private void restart() {
    restarts++;
    backstop.close();
    source.forgetCalls();
    open();
  }

  private void ask(int key, Policy policy) throws Exception {
    gets++;
    Policy terms =
        source.hangs() ? policy.hardTimeout(Duration.ofMillis(20)) : policy; // in real time
    Instant asked = clock.instant();
    try {
      Entry<String> entry = cache.entry(key, () -> source.load(key), terms);
      assertThat(entry.value()).as("the newest that was ever loaded").isEqualTo(source.newest(key));
      Duration age = Duration.between(entry.createdAt(), asked);
      if (entry.origin() == Origin.STAND_IN || entry.failure() != null) {
        standIns++;
        assertThat(age)
            .isLessThanOrEqualTo(policy.maxStale() == null ? DAY.plus(TTL) : MAX_STALE.plus(SLOW));
      } else {
        assertThat(age).isLessThanOrEqualTo(TTL);
      }
    } catch (IOException | LoadTimeoutException refused) {
      refusals++;
      assertThat(policy.maxStale()).as("a stand-in is never refused without").isNotNull();
      assertThat(Duration.between(source.lastSuccess(key), clock.instant()))
          .isGreaterThan(MAX_STALE.minus(READINGS));
    }
  }

  private long rows(String where) throws Exception {
    return Long.parseLong(
        "" + Sql.ask(database.dataSource(), "select count(*) from backstop_backup where " + where));
  }
}
