package dev.backstop.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FakeClockTest {
  private final FakeClock clock = new FakeClock();

  @Test
  void eachReadingIsOneMicrosecondLater() {
    assertThat(List.of(clock.instant(), clock.instant(), clock.instant()))
        .containsExactly(
            FakeClock.START, FakeClock.START.plusNanos(1_000), FakeClock.START.plusNanos(2_000));
  }

  @Test
  void noTwoThreadsReadTheSame() throws Exception {
    assertThat(Threads.together(8, clock::instant))
        .extracting(Outcome::value)
        .doesNotHaveDuplicates();
  }

  @Test
  void movesOnByWhatIsAsked() {
    clock.advance(Duration.ofHours(2));
    assertThat(clock.instant()).isEqualTo(FakeClock.START.plus(Duration.ofHours(2)));
  }

  @Test
  void canBeSetBack() {
    Instant then = Instant.parse("1969-12-31T23:59:59.999999Z");
    clock.set(then);
    assertThat(clock.instant()).isEqualTo(then);
  }
}
