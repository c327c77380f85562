package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupReads;
import dev.backstop.CacheSpec;
import dev.backstop.Entry;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Logged;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What tiers between the heap and the backups answer. */
class TiersTest extends TierFixture {
  @Test
  void aLoad_fillsEveryTier() throws Exception {
    node().get("k", source);
    assertThat(upper.held).containsOnlyKeys(TEXT);
    assertThat(lower.held).containsOnlyKeys(TEXT);
  }

  @Test
  void aFastHit_asksNoTier() throws Exception {
    BackedCache<String, String> cache = node();
    cache.get("k", source);
    int asked = upper.reads.get();
    assertThat(cache.get("k", source)).isEqualTo("v1");
    assertThat(upper.reads).hasValue(asked);
  }

  @Test
  void theFirstTierThatHasACopyToServe_answersAndFillsThoseAbove() throws Exception {
    Entry<String> loaded = node().entry("k", source, Policy.unset());
    upper.held.clear();
    BackedCache<String, String> there = node();
    Entry<String> answer = there.entry("k", source, Policy.unset());
    assertThat(answer)
        .isEqualTo(new Entry<>("v1", loaded.createdAt(), loaded.expiresAt(), Origin.FAST, null));
    assertThat(source.calls()).isEqualTo(1);
    assertThat(upper.held).containsOnlyKeys(TEXT);
    int asked = upper.reads.get() + lower.reads.get();
    there.get("k", source);
    assertThat(upper.reads.get() + lower.reads.get()).isEqualTo(asked);
  }

  @Test
  void whatTheUpperTierHas_isNotLookedForBelow() throws Exception {
    node().get("k", source);
    int asked = lower.reads.get();
    assertThat(node().get("k", source)).isEqualTo("v1");
    assertThat(lower.reads).hasValue(asked);
  }

  @Test
  void aCopyFromATier_isServedNoLongerThanItsTtl() throws Exception {
    node().get("k", source);
    clock.advance(TTL.minus(MOMENT));
    BackedCache<String, String> there = node();
    assertThat(there.get("k", source, Duration.ofDays(1))).isEqualTo("v1");
    assertThat(source.calls()).isEqualTo(1);
    clock.advance(MOMENT);
    there.get("k", source, Duration.ofDays(1));
    assertThat(source.calls()).isEqualTo(2);
  }

  @Test
  void aStandIn_isOneInEveryTier_withItsFailureAndItsTime() throws Exception {
    BackedCache<String, String> here = node();
    Entry<String> loaded = here.entry("k", source, Policy.unset());
    pastTtl();
    source.fail();
    Entry<String> first = here.entry("k", source, Policy.unset());
    Entry<String> standIn = node().entry("k", source, Policy.unset());
    assertThat(source.calls()).isEqualTo(2);
    assertThat(standIn.origin()).isEqualTo(Origin.STAND_IN);
    assertThat(standIn.createdAt()).isEqualTo(loaded.createdAt());
    assertThat(standIn.expiresAt()).isEqualTo(first.expiresAt());
    assertThat(standIn.failure().message()).isEqualTo("The source is down");
    clock.advance(STAND_IN_TIME);
    node().get("k", source);
    assertThat(source.calls()).isEqualTo(3);
  }

  @Test
  void aStandInThatIsTooOldForACaller_isNotServed() throws Exception {
    BackedCache<String, String> here = node();
    here.get("k", source);
    pastTtl();
    source.fail();
    here.get("k", source);
    Policy strict = Policy.unset().maxStale(TTL);
    source.answer("v2");
    assertThat(node().get("k", source, strict)).isEqualTo("v2");
  }

  @Test
  void aStandInThatIsTooOldForACallerThatWaited_isNotServedToIt() throws Exception {
    BackedCache<String, String> here = node();
    here.get("k", source);
    pastTtl();
    source.fail();
    here.get("k", source);
    source.answer("v2");
    Gate gate = new Gate();
    upper.afterRead = () -> pass(gate);
    BackedCache<String, String> there = node();
    Started<String> lenient = Threads.start(() -> there.get("k", source));
    gate.awaitEntered();
    upper.afterRead = () -> {};
    Policy strict = Policy.unset().maxStale(TTL);
    Started<String> waiting = Threads.start(() -> there.get("k", source, strict));
    Threads.awaitWaiting(waiting.thread());
    gate.open();
    assertThat(lenient.join()).isEqualTo("v1");
    assertThat(waiting.join()).isEqualTo("v2");
  }

  @Test
  void aCopyThatHasEnded_standsInWithoutTheBackups() throws Exception {
    node().get("k", source);
    pastTtl();
    source.fail();
    Backstop withoutDatabase = open();
    BackedCache<String, String> there = node(withoutDatabase);
    database.refuse();
    Entry<String> standIn = there.entry("k", source, Policy.unset());
    assertThat(standIn.value()).isEqualTo("v1");
    assertThat(standIn.origin()).isEqualTo(Origin.STAND_IN);
  }

  @Test
  void aTierBeforeTheBackups_answersFirst() throws Exception {
    node().get("k", source);
    Policy whileFresh = Policy.unset().backupReads(BackupReads.WHILE_FRESH);
    assertThat(node().entry("k", source, whileFresh).origin()).isEqualTo(Origin.FAST);
    upper.held.clear();
    lower.held.clear();
    assertThat(node().entry("k", source, whileFresh).origin()).isEqualTo(Origin.BACKUP);
    assertThat(upper.held).containsOnlyKeys(TEXT);
    assertThat(lower.held).containsOnlyKeys(TEXT);
  }

  @Test
  void changedSince_isAskedOfACopyInATier() throws Exception {
    AtomicBoolean changed = new AtomicBoolean();
    Policy asking = Policy.unset().changedSince(stamp -> changed.get());
    BackedCache<String, String> cache = node();
    cache.get("k", source, asking);
    assertThat(cache.get("k", source, asking.withoutReading("heap"))).isEqualTo("v1");
    assertThat(source.calls()).isEqualTo(1);
    changed.set(true);
    source.answer("v2");
    assertThat(cache.get("k", source, asking.withoutReading("heap"))).isEqualTo("v2");
  }

  @Test
  void peek_walksTheTiersAndFillsThoseAbove() throws Exception {
    node().get("k", source);
    upper.held.clear();
    BackedCache<String, String> there = node();
    assertThat(there.peek("k").orElseThrow().origin()).isEqualTo(Origin.FAST);
    assertThat(there.contains("k")).isTrue();
    assertThat(upper.held).containsOnlyKeys(TEXT);
    assertThat(there.peek("absent")).isEmpty();
  }

  @Test
  void getAll_walksTheTiers() throws Exception {
    node().getAll(List.of("k", "l"), keys -> Map.of("k", "v1", "l", "v2"), Policy.unset());
    BackedCache<String, String> there = node();
    Map<String, String> answers =
        there.getAll(
            List.of("k", "l", "m"),
            keys -> {
              assertThat(keys).containsExactly("m");
              return Map.of("m", "v3");
            },
            Policy.unset());
    assertThat(answers)
        .containsExactly(Map.entry("k", "v1"), Map.entry("l", "v2"), Map.entry("m", "v3"));
  }

  @Test
  void aRefreshAhead_asksTheSourceAndNoTier() throws Exception {
    BackedCache<String, String> cache = node();
    Policy ahead = Policy.unset().refreshAhead(0.5);
    cache.get("k", source, ahead);
    source.answer("v2");
    clock.advance(TTL.dividedBy(2).plus(MOMENT));
    assertThat(cache.get("k", source, ahead)).isEqualTo("v1");
    Eventually.holds(
        () -> cache.peek("k").orElseThrow().value().equals("v2"), "the refresh landed");
  }

  @Test
  void copiedValues_goThroughTheTiers() throws Exception {
    Backstop first = open();
    first.cache(spec().copied().tiers(upper, lower)).get("k", source);
    BackedCache<String, String> there = open().cache(spec().copied().tiers(upper, lower));
    assertThat(there.entry("k", source, Policy.unset()).origin()).isEqualTo(Origin.FAST);
    assertThat(source.calls()).isEqualTo(1);
  }

  @Test
  void twoCachesInOneTier_areApart() throws Exception {
    Backstop backstop = open();
    BackedCache<String, String> feeds = backstop.cache(spec().tiers(upper));
    BackedCache<String, String> news =
        backstop.cache(CacheSpec.of("news", String.class, String.class).tiers(upper));
    feeds.get("k", source);
    news.get("k", () -> "another");
    feeds.clear();
    assertThat(upper.held).containsOnlyKeys("news/k");
    assertThat(news.get("k", source, PAST_HEAP)).isEqualTo("another");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, 20, 60})
  void whatATierDamaged_isNoCopy(int at) throws Exception {
    node().get("k", source);
    for (TestTier tier : List.of(upper, lower)) {
      byte[] bytes = tier.held.get(TEXT).clone(); // the tiers share it
      bytes[at] ^= 1;
      tier.held.put(TEXT, bytes);
    }
    source.answer("v2");
    assertThat(node().get("k", source)).isEqualTo("v2");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 5, 30})
  void whatATierCutOff_isNoCopy(int length) throws Exception {
    node().get("k", source);
    for (TestTier tier : List.of(upper, lower)) {
      tier.held.computeIfPresent(TEXT, (key, bytes) -> Arrays.copyOf(bytes, length));
    }
    source.answer("v2");
    assertThat(node().get("k", source)).isEqualTo("v2");
  }

  @Test
  void theLogOfGets_namesTheTier() throws Exception {
    node().get("k", source);
    upper.held.clear();
    try (Logged log = new Logged(Level.FINE)) {
      node().get("k", source);
      upper.held.clear();
      node().peek("k");
      assertThat(log.messages(Level.FINE))
          .containsExactly("Cache feeds, key k: lower", "Cache feeds, key k: lower");
    }
  }

  @Test
  void whatTheTiersAnswered_isCounted() throws Exception {
    node().get("k", source);
    Backstop backstop = open();
    node(backstop).get("k", source);
    assertThat(backstop.tiers())
        .extracting(report -> report.cache() + " " + report.tier() + " " + report.answered())
        .containsExactly("feeds upper 1", "feeds lower 0");
  }

  @Test
  void twoTiersOfOneName_areRefused() {
    Backstop backstop = open();
    assertThatThrownBy(() -> backstop.cache(spec().tiers(upper, new TestTier("upper"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tiers must have names of their own, was upper beside [heap, upper]");
    assertThatThrownBy(() -> backstop.cache(spec().tiers(new TestTier("backups"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was backups");
    assertThatThrownBy(() -> spec().tiers(new TestTier("a name")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a name");
  }
}
