package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.ChangedSince;
import dev.backstop.Entry;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Logged;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rows 10, 11 and 12: a hit asks whether the source changed. */
class ChangedSinceTest extends Fixture {
  private final Source source = new Source("v1");
  private final Question changed = new Question();
  private final Policy asking = Policy.ttl(TTL).changedSince(changed);

  /** Answers, or fails, as a test says, and keeps the stamps that it was asked with. */
  private static final class Question implements ChangedSince {
    final List<Instant> asked = new CopyOnWriteArrayList<>();
    volatile boolean answer;
    volatile @Nullable Exception failure;

    @Override
    public boolean test(Instant stamp) throws Exception {
      asked.add(stamp);
      Exception now = failure;
      if (now != null) {
        throw now;
      }
      return answer;
    }
  }

  @Test
  void row10_hit_asksWithTheStampOfTheCopy() throws Exception {
    BackedCache<String, String> cache = cache();
    Entry<String> loaded = cache.entry("k", source, asking);
    assertThat(changed.asked).isEmpty(); // what was just loaded is not in doubt
    source.answer("v2");
    assertThat(cache.get("k", source, asking)).isEqualTo("v1");
    assertThat(changed.asked).containsExactly(loaded.createdAt());
    assertThat(source.calls()).isEqualTo(1);
  }

  @Test
  void row10_changed_loadsAnew() throws Exception {
    BackedCache<String, String> cache = cache();
    Instant first = cache.entry("k", source, asking).createdAt();
    source.answer("v2");
    changed.answer = true;
    Entry<String> second = cache.entry("k", source, asking);
    assertThat(second.value()).isEqualTo("v2");
    assertThat(second.origin()).isEqualTo(Origin.SOURCE);
    changed.answer = false;
    assertThat(cache.get("k", source, asking)).isEqualTo("v2");
    assertThat(changed.asked).containsExactly(first, second.createdAt());
    assertThat(source.calls()).isEqualTo(2);
  }

  @Test
  void row10_changedAndTheSourceFails_standsInWithItsOwnStamp() throws Exception {
    BackedCache<String, String> cache = cache();
    Instant stamp = cache.entry("k", source, asking).createdAt();
    changed.answer = true;
    source.fail();
    Entry<String> standIn = cache.entry("k", source, asking);
    assertThat(standIn.value()).isEqualTo("v1");
    assertThat(standIn.origin()).isEqualTo(Origin.STAND_IN);
    assertThat(standIn.createdAt()).isEqualTo(stamp);
  }

  @Test
  void row10_changedAndNothingMayStandIn_throwsTheLoadersOwn() throws Exception {
    BackedCache<String, String> cache = cache();
    Policy strict = asking.standInOn(failure -> false);
    cache.get("k", source, strict);
    changed.answer = true;
    IOException failure = source.fail();
    assertThatThrownBy(() -> cache.get("k", source, strict)).isSameAs(failure);
    assertThat(cache.peek("k")).isEmpty(); // nor is the row, which is of the same load
    source.answer("v2");
    assertThat(cache.get("k", source, strict)).isEqualTo("v2");
  }

  @Test
  void row10_aPutDuringTheQuestion_isNotThrownAway() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source, asking);
    Gate gate = new Gate();
    Policy slow =
        Policy.unset()
            .changedSince(
                stamp -> {
                  changed.test(stamp);
                  boolean first = !gate.wasEntered();
                  gate.enter();
                  return first;
                });
    Started<String> get = Threads.start(() -> cache.get("k", source, slow));
    gate.awaitEntered();
    cache.put("k", "put"); // which no lock keeps from it
    gate.open();
    assertThat(get.join()).isEqualTo("put");
    assertThat(changed.asked).hasSize(2); // what came is asked about in turn
    assertThat(changed.asked.get(1)).isEqualTo(cache.stamp("k").orElseThrow());
    assertThat(source.calls()).isEqualTo(1);
  }

  @Test
  void row10_manyAtOnce_shareOneLoad() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source, asking);
    Gate gate = new Gate();
    changed.answer = true;
    Started<String> first =
        Threads.start(
            () ->
                cache.get(
                    "k",
                    () -> {
                      gate.enter();
                      return "v2";
                    },
                    asking));
    gate.awaitEntered();
    Started<String> second = Threads.start(() -> cache.get("k", source, asking));
    Threads.awaitWaiting(second.thread());
    gate.open();
    assertThat(first.join()).isEqualTo("v2");
    assertThat(second.join()).isEqualTo("v2");
    assertThat(source.calls()).isEqualTo(1);
  }

  @Test
  void row11_questionFails_servesTheCopy_logsOnceAndCounts() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> cache = cache(backstop);
    cache.get("k", source, asking);
    source.answer("v2");
    changed.failure = new IOException("No such table: task");
    try (Logged logged = new Logged()) {
      assertThat(cache.get("k", source, asking)).isEqualTo("v1");
      assertThat(cache.get("k", source, asking)).isEqualTo("v1");
      assertThat(logged.messages(Level.WARNING))
          .singleElement()
          .asString()
          .contains("feeds", "changedSince", "No such table: task");
    }
    assertThat(backstop.unansweredQuestions()).isEqualTo(2);
    assertThat(changed.asked).hasSize(2);
  }

  @Test
  void row11_questionInterrupted_keepsTheFlag() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source, asking);
    changed.failure = new InterruptedException();
    assertThat(cache.get("k", source, asking)).isEqualTo("v1");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void row12_whileItStandsIn_isNotAsked() throws Exception {
    BackedCache<String, String> cache = cache();
    cache.get("k", source, asking);
    changed.answer = true;
    source.fail();
    cache.get("k", source, asking);
    source.answer("v2");
    clock.advance(STAND_IN_TIME.minus(MOMENT));
    assertThat(cache.get("k", source, asking)).isEqualTo("v1");
    assertThat(changed.asked).hasSize(1);
    assertThat(source.calls()).isEqualTo(2);
    clock.advance(MOMENT.multipliedBy(2));
    assertThat(cache.get("k", source, asking)).isEqualTo("v2");
    assertThat(changed.asked).hasSize(1);
  }

  @Test
  void thePolicyOfTheCall_goesOverThatOfTheCache() throws Exception {
    BackedCache<String, String> cache = cache(asking);
    cache.get("k", source);
    cache.get("k", source);
    cache.get("k", source, TTL);
    cache.get("k", source, Policy.unset());
    assertThat(changed.asked).hasSize(3);
    cache.get("k", source, Policy.unset().changedSince(stamp -> false));
    assertThat(changed.asked).hasSize(3);
  }

  @Test
  void peekStampAndContains_doNotAsk() throws Exception {
    BackedCache<String, String> cache = cache(asking);
    cache.get("k", source);
    changed.answer = true;
    assertThat(cache.peek("k")).get().extracting(Entry::value).isEqualTo("v1");
    assertThat(cache.stamp("k")).isPresent();
    assertThat(cache.contains("k")).isTrue();
    assertThat(changed.asked).isEmpty();
  }

  @Test
  void askAtMostEvery_leavesTheDatabaseAloneAfterAnAnswer() throws Exception {
    BackedCache<String, String> cache = cache();
    Policy seldom = asking.askAtMostEvery(Duration.ofSeconds(10));
    cache.get("k", source, seldom);
    cache.get("other", source, seldom);
    cache.get("k", source, seldom);
    cache.get("k", source, seldom);
    assertThat(changed.asked).hasSize(1);
    cache.get("other", source, seldom);
    assertThat(changed.asked).hasSize(2); // each entry has its own
    changed.answer = true;
    source.answer("v2");
    clock.advance(Duration.ofSeconds(9));
    assertThat(cache.get("k", source, seldom)).isEqualTo("v1");
    clock.advance(Duration.ofSeconds(1));
    assertThat(cache.get("k", source, seldom)).isEqualTo("v2");
    assertThat(changed.asked).hasSize(3);
    assertThat(cache.get("k", source, seldom)).isEqualTo("v2");
    assertThat(changed.asked).hasSize(4); // another value, of which nothing was asked
  }

  @Test
  void askAtMostEvery_holdsAfterAFailureToo() throws Exception {
    BackedCache<String, String> cache = cache();
    Policy seldom = asking.askAtMostEvery(Duration.ofSeconds(10));
    cache.get("k", source, seldom);
    changed.failure = new IOException("The database is down");
    try (Logged logged = new Logged()) {
      cache.get("k", source, seldom);
      cache.get("k", source, seldom);
      assertThat(logged.messages(Level.WARNING)).hasSize(1);
    }
    assertThat(changed.asked).hasSize(1);
    clock.advance(Duration.ofSeconds(10));
    cache.get("k", source, seldom);
    assertThat(changed.asked).hasSize(2);
  }

  @Test
  void refreshAhead_goesOnByTime() throws Exception {
    BackedCache<String, String> cache = cache(open(b -> b.executor(Runnable::run)));
    Policy ahead = asking.refreshAhead(0.5);
    cache.get("k", source, ahead);
    source.answer("v2");
    clock.advance(TTL.dividedBy(2).plus(MOMENT));
    assertThat(cache.get("k", source, ahead)).isEqualTo("v1"); // unchanged, and refreshed
    assertThat(cache.get("k", source, ahead)).isEqualTo("v2");
  }

  @Test
  void aCopiedCache_asksToo() throws Exception {
    BackedCache<String, String> cache =
        open().cache(CacheSpec.of("copied", String.class, String.class).policy(asking).copied());
    cache.get("k", source);
    changed.answer = true;
    source.answer("v2");
    assertThat(cache.get("k", source)).isEqualTo("v2");
  }
}
