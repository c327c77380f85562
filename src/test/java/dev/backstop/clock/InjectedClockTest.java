package dev.backstop.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.backstop.testing.FakeClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InjectedClockTest {
  private static final Instant START = Instant.parse("2026-01-15T10:00:00Z");

  private final FakeClock source = new FakeClock();
  private final InjectedClock clock = new InjectedClock(source);

  @Test
  void now_isWhatTheSourceSays() {
    InjectedClock standing = new InjectedClock(InstantSource.fixed(START));
    standing.latest();
    standing.latest();
    assertThat(standing.now()).isEqualTo(Micros.of(START));
  }

  @Test
  void stamps_areTheTimeOfTheSource() {
    assertThat(Micros.instant(clock.earliest().micros())).isEqualTo(START);
    source.advance(Duration.ofDays(1));
    assertThat(Micros.instant(clock.latest().micros()))
        .isBetween(START.plus(Duration.ofDays(1)), START.plus(Duration.ofDays(1)).plusMillis(1));
  }

  @Test
  void everyStamp_isAboveTheOneBefore_alsoWhereTheSourceStandsOrGoesBack() {
    InjectedClock standing = new InjectedClock(InstantSource.fixed(START));
    List<Long> stamps = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      stamps.add(standing.earliest().micros());
      stamps.add(standing.latest().micros());
    }
    assertThat(stamps).doesNotHaveDuplicates().isSorted();
    long last = clock.latest().micros();
    source.advance(Duration.ofDays(-1));
    assertThat(clock.earliest().micros()).isGreaterThan(last);
  }

  @Test
  void awaitPassed_makesTheNextStampHigherAndWaitsForNothing() {
    long far = Micros.of(START.plus(Duration.ofDays(1)));
    clock.awaitPassed(far, Long.MAX_VALUE);
    assertThat(clock.earliest().micros()).isGreaterThan(far);
    clock.awaitPassed(0, Long.MAX_VALUE);
    assertThat(clock.earliest().micros()).isGreaterThan(far);
  }

  @Test
  void aStepBack_isNotAStep() {
    clock.onStepBack(() -> fail("It is the truth, whatever it says"));
    Stamp before = clock.latest();
    source.advance(Duration.ofDays(-1));
    assertThat(clock.current(clock.latest())).isGreaterThan(clock.current(before));
    assertThat(clock.current(before)).isEqualTo(before.micros());
    assertThat(clock.current(Stamp.given(5))).isEqualTo(5);
  }
}
