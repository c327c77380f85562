package dev.backstop.fast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.CacheSpec;
import org.junit.jupiter.api.Test;

/** A load may outlast the Backstop that it was for. */
class FastTierTest {
  @Test
  void afterClose_whatComesLateGoesNowhere() {
    FastTiers tiers = new FastTiers(null);
    FastTier<String, String> tier = tiers.open(CacheSpec.of("feeds", String.class, String.class));
    tier.put("k", FastCopy.fresh("v", 1, 2));
    tiers.close();
    assertThat(tier.get("k")).isNull();
    tier.put("k", FastCopy.fresh("v", 1, 2));
    tier.remove("k");
    tier.clear();
  }
}
