package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Loader;
import dev.backstop.Policy;
import dev.backstop.testing.Logged;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a timestamp can't see: the source looks otherwise than before the load. */
class FingerprintTest extends Fixture {
  private final Source source = new Source("v1");
  private final AtomicInteger calls = new AtomicInteger();
  private volatile @Nullable Object fingerprint = "3 rows";
  private volatile @Nullable Exception failure;
  private final Policy policy = Policy.ttl(TTL).fingerprint(this::fingerprint);

  private @Nullable Object fingerprint() throws Exception {
    calls.incrementAndGet();
    Exception now = failure;
    if (now != null) {
      throw now;
    }
    return fingerprint;
  }

  private static @Nullable String stored() throws Exception {
    return ask("select fingerprint from backstop_backup where cache_key = 'k'");
  }

  @Test
  void theSame_servesTheCopy() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source, policy);
    source.answer("v2");
    assertThat(cache.get("k", source, policy)).isEqualTo("v1");
    assertThat(calls).hasValue(2);
    assertThat(stored()).isEqualTo("3 rows");
  }

  @Test
  void another_loadsAnew() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source, policy);
    source.answer("v2");
    fingerprint = "2 rows";
    assertThat(cache.get("k", source, policy)).isEqualTo("v2");
    assertThat(cache.get("k", source, policy)).isEqualTo("v2");
    assertThat(source.calls()).isEqualTo(2);
    assertThat(stored()).isEqualTo("2 rows");
  }

  @Test
  void isTakenOnTheLoadingThreadBeforeTheLoad() throws Exception {
    List<String> order = new CopyOnWriteArrayList<>();
    List<Thread> threads = new CopyOnWriteArrayList<>();
    Policy noted =
        Policy.ttl(TTL)
            .hardTimeout(Duration.ofMinutes(1)) // and so on another thread
            .fingerprint(
                () -> {
                  threads.add(Thread.currentThread());
                  return order.add("fingerprint");
                });
    Loader<String, RuntimeException> loader =
        () -> {
          threads.add(Thread.currentThread());
          order.add("load");
          return "v1";
        };
    cache().get("k", loader, noted);
    assertThat(order).containsExactly("fingerprint", "load");
    assertThat(threads.get(0)).isSameAs(threads.get(1)).isNotSameAs(Thread.currentThread());
  }

  @Test
  void whatChangesDuringTheLoad_isSeenByTheNextGet() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get(
        "k",
        () -> {
          fingerprint = "2 rows"; // which the loader may have seen, or not
          return "v1";
        },
        policy);
    assertThat(cache.get("k", () -> "v2", policy)).isEqualTo("v2");
  }

  @Test
  void outlivesARestart() throws Exception {
    cache().get("k", source, policy);
    BackedCache<String, String> cache = afterRestart();
    assertThat(cache.peek("k")).isPresent(); // fills the fast tier
    assertThat(cache.get("k", source, policy)).isEqualTo("v1");
    assertThat(source.calls()).isEqualTo(1);
    fingerprint = "2 rows";
    source.answer("v2");
    assertThat(cache.get("k", source, policy)).isEqualTo("v2");
  }

  @Test
  void anEntryWithoutOne_isLoadedAnew() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.put("k", "put");
    assertThat(cache.get("k", source)).isEqualTo("put");
    assertThat(cache.get("k", source, policy)).isEqualTo("v1");
    assertThat(stored()).isEqualTo("3 rows");
  }

  @Test
  void failsBeforeTheLoad_loadsAllTheSameAndStoresNone() throws Exception {
    BackedCache<String, String> cache = cache();
    failure = new IOException("The database is down");
    try (Logged logged = new Logged()) {
      assertThat(cache.get("k", source, policy)).isEqualTo("v1");
      assertThat(logged.messages(Level.WARNING))
          .singleElement()
          .asString()
          .contains("before a load", "The database is down");
    }
    assertThat(stored()).isNull();
  }

  @Test
  void failsBeforeAHit_servesTheCopy() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source, policy);
    failure = new IOException("The database is down");
    source.answer("v2");
    try (Logged logged = new Logged()) {
      assertThat(cache.get("k", source, policy)).isEqualTo("v1");
      assertThat(cache.get("k", source, policy)).isEqualTo("v1");
      assertThat(logged.messages(Level.WARNING)).hasSize(1);
    }
  }

  @Test
  void interruptedBeforeALoad_keepsTheFlag() throws Exception {
    failure = new InterruptedException();
    assertThat(cache().get("k", source, policy)).isEqualTo("v1");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void whileItStandsIn_isNotAsked() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source, policy);
    pastTtl();
    source.fail();
    cache.get("k", source, policy);
    int before = calls.get();
    fingerprint = "2 rows";
    assertThat(cache.get("k", source, policy)).isEqualTo("v1");
    assertThat(calls).hasValue(before);
  }

  @Test
  void askAtMostEvery_sparesItToo() throws Exception {
    BackedCache<String, String> cache = cache();
    Policy seldom = policy.askAtMostEvery(Duration.ofSeconds(10));
    cache.get("k", source, seldom);
    cache.get("k", source, seldom);
    cache.get("k", source, seldom);
    assertThat(calls).hasValue(2); // before the load, and by the first hit
    fingerprint = "2 rows";
    source.answer("v2");
    clock.advance(Duration.ofSeconds(10));
    assertThat(cache.get("k", source, seldom)).isEqualTo("v2");
  }

  @Test
  void besideAQuestion_eitherMayTellOfAChange() throws Exception {
    BackedCache<String, String> cache = cache();
    Policy both =
        policy.changedSince(
            stamp -> {
              throw new IOException("The question is broken");
            });
    cache.get("k", source, both);
    source.answer("v2");
    fingerprint = "2 rows";
    try (Logged logged = new Logged()) {
      assertThat(cache.get("k", source, both)).isEqualTo("v2");
      assertThat(logged.messages(Level.WARNING)).hasSize(1);
    }
  }

  @Test
  void theRowsOfAQuery_areComparedByWhatIsInThem() throws Exception {
    Callable<?> query = () -> List.of(new Object[] {3L, "a"}, new Object[] {4L, null});
    BackedCache<String, String> cache = cache();
    Policy rows = Policy.ttl(TTL).fingerprint(query);
    cache.get("k", source, rows);
    source.answer("v2");
    assertThat(cache.get("k", source, rows)).isEqualTo("v1");
    assertThat(stored()).isEqualTo("[[3, a], [4, null]]");
  }

  @Test
  void longOnes_andWhatNoDatabaseStores_areComparedAllTheSame() throws Exception {
    BackedCache<String, String> cache = cache();
    int expected = 0;
    for (String text : List.of("x".repeat(600) + 1, "x".repeat(600) + 2, "a\0b", "\uD800")) {
      fingerprint = text;
      expected++;
      cache.get("k", source, policy);
      cache.get("k", source, policy);
      assertThat(source.calls()).isEqualTo(expected);
      assertThat(stored()).hasSizeLessThanOrEqualTo(512);
    }
    assertThat(ask("select count(fingerprint) from backstop_backup")).isEqualTo("1");
  }
}
