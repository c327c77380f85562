package dev.backstop.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MicrosTest {
  private static final Instant START = Instant.parse("0001-01-02T00:00:00Z");
  private static final Instant END = Instant.parse("9999-12-31T00:00:00Z");

  @Test
  void moments_areRoundedDown() {
    assertThat(Micros.of(Instant.EPOCH)).isZero();
    assertThat(Micros.of(Instant.EPOCH.plusNanos(1_999))).isEqualTo(1);
    assertThat(Micros.of(Instant.EPOCH.minusNanos(1))).isEqualTo(-1);
    assertThat(Micros.of(Instant.parse("2026-01-15T10:00:00.123456789Z")))
        .isEqualTo(1_768_471_200_123_456L);
  }

  @Test
  void moments_comeBackAsTheyWere() {
    for (String text :
        new String[] {
          "2026-01-15T10:00:00.123456Z",
          "1969-12-31T23:59:59.999999Z",
          "0001-01-02T00:00:00Z",
          "9999-12-31T00:00:00Z"
        }) {
      Instant moment = Instant.parse(text);
      assertThat(Micros.instant(Micros.of(moment))).isEqualTo(moment);
    }
  }

  @Test
  void momentsThatADatabaseCannotStore_areTheFirstAndTheLastThatItCan() {
    for (Instant late :
        new Instant[] {Instant.MAX, END, END.plusNanos(1_000), END.plusSeconds(1)}) {
      assertThat(Micros.of(late)).isEqualTo(Micros.END_OF_TIME);
    }
    for (Instant early : new Instant[] {Instant.MIN, START, START.minusNanos(1)}) {
      assertThat(Micros.of(early)).isEqualTo(Micros.START_OF_TIME);
    }
    assertThat(Micros.instant(Micros.END_OF_TIME)).isEqualTo(END);
    assertThat(Micros.instant(Micros.START_OF_TIME)).isEqualTo(START);
  }

  @Test
  void durations_areRoundedDownAndBounded() {
    assertThat(Micros.of(Duration.ofMillis(1))).isEqualTo(1_000);
    assertThat(Micros.of(Duration.ofNanos(1_999))).isEqualTo(1);
    assertThat(Micros.of(Duration.ofDays(36_500))).isEqualTo(36_500L * 86_400 * 1_000_000);
    long longest = 8_000L * 365 * 86_400 * 1_000_000;
    assertThat(Micros.of(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999))).isEqualTo(longest);
    assertThat(Micros.of(Duration.ofDays(8_000 * 365).plusNanos(1_000))).isEqualTo(longest);
    assertThat(Micros.of(Duration.ofDays(8_000 * 365).minusNanos(1_000))).isEqualTo(longest - 1);
  }

  @Test
  void after_neverPassesTheEndOfTime() {
    long longest = Micros.of(Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(Micros.after(5, 7)).isEqualTo(12);
    assertThat(Micros.after(Micros.START_OF_TIME, longest)).isPositive();
    assertThat(Micros.after(0, longest)).isEqualTo(longest);
    assertThat(Micros.after(Micros.of(Instant.parse("2026-01-15T10:00:00Z")), longest))
        .isEqualTo(Micros.END_OF_TIME);
    assertThat(Micros.after(Micros.END_OF_TIME, longest)).isEqualTo(Micros.END_OF_TIME);
    assertThat(Micros.after(Micros.END_OF_TIME - 1, 1)).isEqualTo(Micros.END_OF_TIME);
  }
}
