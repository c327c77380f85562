package dev.backstop.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.CacheSpec;
import dev.backstop.CacheTransaction;
import dev.backstop.Transactions.End;
import dev.backstop.clock.InjectedClock;
import dev.backstop.clock.Stamp;
import dev.backstop.fast.FastTiers;
import dev.backstop.testing.FakeClock;
import dev.backstop.testing.Threads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which transactions are open, and what of the changes since is remembered for them. */
class UnitsTest {
  private final InjectedClock clock = new InjectedClock(new FakeClock());
  private final Units units = new Units(null, clock);
  private final Recent<Integer> recent = new Recent<>(clock, units);
  private final FastTiers tiers = new FastTiers(null);

  @AfterEach
  void close() {
    tiers.close();
  }

  @Test
  void theOldestIsThatOfTheFirstThatIsOpen_orNow() throws Exception {
    Stamp before = clock.earliest();
    assertThat(units.oldest().micros()).isGreaterThan(before.micros());
    try (CacheTransaction first = units.drive(new Life(), null)) {
      long floor = units.current().floor().micros();
      Threads.start(
              () -> {
                try (CacheTransaction second = units.drive(new Life(), null)) {
                  assertThat(units.oldest().micros()).isEqualTo(floor);
                  return second;
                }
              })
          .join();
      assertThat(units.oldest().micros()).isEqualTo(floor);
      first.committed();
    }
    Stamp after = clock.earliest();
    assertThat(units.oldest().micros()).isGreaterThan(after.micros());
    assertThat(units.isAnyOpen()).isFalse();
  }

  @Test
  void withoutATransaction_nothingIsRemembered() {
    Stamp read = clock.earliest();
    recent.note(1, clock.latest());
    assertThat(recent.hasEnded(1, read)).isFalse();
  }

  @Test
  void whatChangedSinceATransactionBegan_isRememberedWhateverTheirNumber() {
    try (CacheTransaction unused = units.drive(new Life(), null)) {
      Stamp read = units.current().floor();
      for (int key = 0; key < 30_000; key++) {
        recent.note(key, clock.latest());
        recent.trim();
      }
      Stamp now = clock.earliest();
      for (int key : new int[] {0, 15_000, 29_999}) {
        assertThat(recent.hasEnded(key, read)).isTrue();
        assertThat(recent.hasEnded(key, now)).isFalse();
      }
    }
  }

  @Test
  void whatNoOpenTransactionIsOlderThan_isForgotten() {
    for (int round = 0; round < 20; round++) {
      try (CacheTransaction unused = units.drive(new Life(), null)) {
        for (int key = 0; key < 1_000; key++) {
          recent.note(key, clock.latest());
          recent.trim();
        }
      }
    }
    try (CacheTransaction unused = units.drive(new Life(), null)) {
      recent.note(-1, clock.latest());
      assertThat(recent.size()).isLessThan(3_000);
    }
  }

  /** For those who see a transaction write: what it loads is its own in every cache. */
  @Test
  void aTransactionThatIsMarkedDirty_loadsForItselfAlone() throws Exception {
    FakeClock time = new FakeClock();
    Units marked = new Units(null, new InjectedClock(time));
    Parts<String, String> parts =
        LoneCache.parts(tiers.open(CacheSpec.of("feeds", String.class, String.class)), marked);
    TransactionalCache<String, String> cache =
        new TransactionalCache<>(new TieredCache<>(parts), parts);
    String key = LoneCache.key();
    try (CacheTransaction unused = marked.drive(new Life(), null)) {
      marked.current().markDirty();
      assertThat(cache.get(key, () -> "uncommitted")).isEqualTo("uncommitted");
      assertThat(cache.peek(key)).isPresent();
      assertThat(Threads.start(() -> cache.peek(key)).join()).isEmpty();
      marked.current().ended(End.ROLLED_BACK);
    }
    assertThat(cache.peek(key)).isEmpty();
  }
}
