package dev.backstop.contract;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.CacheTier;
import dev.backstop.Policy;
import dev.backstop.testing.Gate;

/** A chain of two tiers between the heap and the backups. */
abstract class TierFixture extends Fixture {
  /** As after the heap gave up its copy. */
  static final Policy PAST_HEAP = Policy.unset().withoutReading(CacheTier.HEAP);

  static final String TEXT = "feeds/k";

  final TestTier upper = new TestTier("upper");
  final TestTier lower = new TestTier("lower");
  final Source source = new Source("v1");

  /** A node: the tiers are shared by all. */
  BackedCache<String, String> node() {
    return node(open());
  }

  BackedCache<String, String> node(Backstop backstop) {
    return backstop.cache(spec().tiers(upper, lower));
  }

  static CacheSpec<String, String> spec() {
    return CacheSpec.of("feeds", String.class, String.class).ttl(TTL);
  }

  static void pass(Gate gate) {
    try {
      gate.enter();
    } catch (InterruptedException never) {
      throw new AssertionError(never);
    }
  }
}
