package dev.backstop.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.backstop.CacheTier;
import dev.backstop.testing.CacheTierContract;
import dev.backstop.testing.Logged;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The tier in memory off the heap. */
class OffHeapTierTest extends CacheTierContract {
  private static final long LEAST = 1 << 20;

  private final FastTiers tiers = new FastTiers(null);
  private final CacheTier tier = tiers.openOffHeap("feeds", 16 * LEAST);

  @Override
  protected CacheTier tier() {
    return tier;
  }

  @AfterEach
  void close() {
    tiers.close();
  }

  @Test
  void valuesAreIsolatedFromWhoGaveThem() throws Exception {
    byte[] bytes = {1, 2, 3};
    tier.put("k", bytes);
    bytes[0] = 9;
    tier.get("k")[1] = 9;
    assertThat(tier.get("k")).containsExactly(1, 2, 3);
  }

  @Test
  void lessThanEhcacheNeedsIsRefused() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> tiers.openOffHeap("small", LEAST - 1))
        .withMessage("offHeapBytes must be at least 1048576, was 1048575");
    assertThat(tiers.openOffHeap("small", LEAST)).isInstanceOf(EhcacheTier.class);
  }

  /** A value that can't be held must not leave its predecessor there either. */
  @Test
  void aValueLargerThanTheTierIsNotHeldAndNobodyMinds() throws Exception {
    try (Logged logged = new Logged()) {
      tier.put("k", new byte[10]);
      tier.put("small", new byte[10]);
      tier.put("k", new byte[(int) (32 * LEAST)]);
      assertThat(tier.get("k")).isNull();
      tier.put("k", new byte[20]);
      assertThat(tier.get("k")).hasSize(20);
      assertThat(logged.messages(Level.WARNING)).isEmpty();
    }
  }

  @Test
  void moreThanFitsIsForgottenNotRefused() throws Exception {
    for (int i = 0; i < 64; i++) {
      tier.put("k" + i, new byte[(int) LEAST]);
      assertThat(tier.get("k" + i)).hasSize((int) LEAST);
    }
    int held = 0;
    for (int i = 0; i < 64; i++) {
      held += tier.get("k" + i) == null ? 0 : 1;
    }
    assertThat(held).isBetween(1, 16);
  }

  @Test
  void moreThanTheMachineHasIsGoneWithout() throws Exception {
    try (Logged logged = new Logged()) {
      CacheTier absent = tiers.openOffHeap("huge", Long.MAX_VALUE / 2);
      assertThat(absent.name()).isEqualTo("off-heap");
      absent.put("k", new byte[1]);
      assertThat(absent.get("k")).isNull();
      absent.remove("k");
      absent.removeIf(key -> true);
      assertThat(logged.messages(Level.WARNING))
          .singleElement()
          .asString()
          .startsWith("Cache huge goes without its tier off-heap: ")
          .contains("physical memory");
    }
  }

  /** A load may outlast the Backstop that it was for. */
  @Test
  void afterClose_whatComesLateGoesNowhere() throws Exception {
    tier.put("k", new byte[1]);
    try (Logged logged = new Logged()) {
      tiers.close();
      tiers.close();
      assertThat(tier.get("k")).isNull();
      tier.put("k", new byte[1]);
      tier.remove("k");
      tier.removeIf(key -> true);
      assertThat(logged.messages(Level.WARNING)).isEmpty();
    }
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> tiers.openOffHeap("late", LEAST));
  }
}
