package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.TierReport;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Logged;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A tier that fails is skipped, counted and repaired, and never brings back what was removed. */
class TierFailuresTest extends TierFixture {
  private static final Duration SKIPPED = Duration.ofSeconds(1);

  private Backstop backstop;
  private BackedCache<String, String> cache;

  @BeforeEach
  void openTheCache() {
    backstop = open();
    cache = node(backstop);
  }

  private TierReport report() {
    return backstop.tiers().get(1);
  }

  @Test
  void whatCannotBeRead_isSkipped_andTheTiersBelowAnswer() throws Exception {
    cache.get("k", source);
    upper.failing = Set.of("get");
    try (Logged log = new Logged()) {
      assertThat(cache.get("k", source, PAST_HEAP)).isEqualTo("v1");
      assertThat(cache.get("k", source, PAST_HEAP)).isEqualTo("v1");
      assertThat(source.calls()).isEqualTo(1);
      upper.failing = Set.of();
      clock.advance(SKIPPED);
      assertThat(cache.get("k", source, PAST_HEAP)).isEqualTo("v1");
      assertThat(log.messages(Level.WARNING))
          .containsExactly(
              "Tier upper of cache feeds failed and is skipped until it works"
                  + " < java.io.IOException: The tier is broken");
      assertThat(log.messages(Level.INFO)).containsExactly("Tier upper of cache feeds works again");
    }
    TierReport report = backstop.tiers().get(0);
    assertThat(report.failures()).isEqualTo(1);
    assertThat(report.skipped()).isPositive();
    assertThat(report.isOut()).isFalse();
  }

  @Test
  void whileATierIsSkipped_nobodyWaitsForIt() throws Exception {
    upper.failing = Set.of("get");
    cache.get("k", source);
    int asked = upper.reads.get();
    cache.get("k", source, PAST_HEAP);
    cache.put("k", "v2");
    cache.remove("k");
    assertThat(upper.reads).hasValue(asked);
    assertThat(upper.writes).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource({"remove, false", "remove, true", "get, false"})
  void aRemovalThatATierMissed_holds_andIsMadeUpFor(String failing, boolean afterwards)
      throws Exception {
    cache.get("k", source);
    lower.failsAfterwards = afterwards;
    lower.failing = Set.of(failing);
    cache.remove("k");
    lower.failing = Set.of();
    upper.held.clear();
    assertThat(report().unrepaired()).isEqualTo(1);
    clock.advance(SKIPPED);
    source.answer("v2");
    assertThat(cache.get("k", source, PAST_HEAP)).isEqualTo("v2");
    Eventually.holds(() -> report().unrepaired() == 0, "repaired");
    assertThat(cache.get("k", source, PAST_HEAP)).isEqualTo("v2");
  }

  @Test
  void aTier_isRepairedAsOftenAsItFails() throws Exception {
    for (int time = 1; time <= 2; time++) {
      cache.get("k", source);
      lower.failing = Set.of("remove");
      cache.remove("k");
      lower.failing = Set.of();
      assertThat(report().unrepaired()).isEqualTo(1);
      clock.advance(SKIPPED);
      cache.get("other", source, PAST_HEAP);
      Eventually.holds(() -> report().unrepaired() == 0, "repaired");
      assertThat(lower.held).doesNotContainKey(TEXT);
    }
  }

  @Test
  void aTierThatWorksAgain_losesWhatWasRemovedMeanwhile_alsoOfOtherKeys() throws Exception {
    cache.get("k", source);
    cache.get("other", source);
    lower.failing = Set.of("get", "put", "remove");
    cache.remove("k");
    lower.failing = Set.of();
    clock.advance(SKIPPED);
    cache.get("other", source, PAST_HEAP.withoutReading("heap", "upper"));
    Eventually.holds(() -> report().unrepaired() == 0, "repaired");
    assertThat(lower.held).containsOnlyKeys("feeds/other");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPutThatFailed_isNotBelieved(boolean afterwards) throws Exception {
    cache.get("k", source);
    lower.failsAfterwards = afterwards;
    lower.failing = Set.of("put");
    cache.put("k", "v2");
    lower.failing = Set.of();
    upper.held.clear();
    clock.advance(SKIPPED);
    source.answer("v3");
    assertThat(cache.get("k", source, PAST_HEAP)).isEqualTo("v3");
  }

  @Test
  void aClearThatATierMissed_holds_andIsMadeUpFor() throws Exception {
    cache.get("k", source);
    lower.failing = Set.of("removeIf");
    cache.clear();
    assertThat(report().unrepaired()).isEqualTo(1);
    source.answer("v2");
    clock.advance(SKIPPED);
    lower.failing = Set.of();
    assertThat(cache.get("l", source, PAST_HEAP)).isEqualTo("v2");
    Eventually.holds(() -> report().unrepaired() == 0, "repaired");
    assertThat(lower.held).doesNotContainKey(TEXT);
    assertThat(cache.get("k", source, PAST_HEAP)).isEqualTo("v2");
  }

  @Test
  void aTierThatMissedTooMuch_isEmptied() throws Exception {
    BackedCache<String, String> ofMany =
        open().cache(CacheSpec.of("many", String.class, String.class).tiers(lower));
    ofMany.get("kept", source);
    ofMany.get("never asked for again", source);
    lower.failing = Set.of("get");
    List<String> keys = IntStream.range(0, 10_001).mapToObj(i -> "k" + i).toList();
    ofMany.removeAll(keys);
    lower.failing = Set.of();
    clock.advance(SKIPPED);
    source.answer("v2");
    assertThat(ofMany.get("kept", source, PAST_HEAP)).isEqualTo("v2");
    Eventually.holds(
        () -> !lower.held.containsKey("many/never asked for again"), "the tier is emptied");
  }

  static Error[] errors() {
    return new Error[] {
      new NoClassDefFoundError("a tier half undeployed"), new InternalError("its file was cut")
    };
  }

  @ParameterizedTest
  @MethodSource("errors")
  void aTierThatThrowsAnError_isSkippedToo(Error error) throws Exception {
    upper.afterRead =
        () -> {
          throw error;
        };
    assertThat(cache.get("k", source)).isEqualTo("v1");
    assertThat(backstop.tiers().get(0).failures()).isEqualTo(1);
  }

  @Test
  void anInterruptInATier_isKept() throws Exception {
    upper.failure = new InterruptedException();
    upper.failing = Set.of("get");
    assertThat(cache.get("k", source)).isEqualTo("v1");
    assertThat(Thread.interrupted()).isTrue();
  }
}
