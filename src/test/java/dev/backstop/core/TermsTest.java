package dev.backstop.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.Policy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The bounds of a policy, to the microsecond. */
class TermsTest {
  private static final Policy POLICY = Policy.ttl(Duration.ofMillis(100)).over(Policy.DEFAULTS);

  private final Terms strict = Terms.of(POLICY.maxStale(Duration.ofMillis(120)));

  @Test
  void maxStale_isTheLastAgeThatMayStandIn() {
    assertThat(strict.mayStandIn(5, 120_005)).isTrue();
    assertThat(strict.mayStandIn(5, 120_006)).isFalse();
    assertThat(Terms.of(POLICY).mayStandIn(0, Long.MAX_VALUE)).isTrue();
  }

  @Test
  void standInTime_endsWithMaxStale() {
    assertThat(Terms.of(POLICY).standInUntil(110_000)).isEqualTo(160_000);
    assertThat(strict.notStale(0, strict.standInUntil(110_000))).isEqualTo(120_000);
    assertThat(Terms.of(POLICY.standInAtMost(Duration.ofMillis(10))).standInUntil(110_000))
        .isEqualTo(120_000);
  }

  @Test
  void jitter_takesHalfTheTtlAtMost() {
    Terms terms = Terms.of(POLICY.jitter(Duration.ofHours(1)));
    for (int i = 0; i < 1_000; i++) {
      assertThat(terms.ttlOfOneLoad(100_000)).isBetween(50_000L, 100_000L);
    }
  }
}
