package dev.backstop.examples.feedreader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionsTest {
  private static final Instant MODIFIED = Instant.parse("2026-11-02T10:00:00.9Z");

  @Test
  void aDateIsReadAsItIsWritten() {
    String date = Conditions.date(MODIFIED);

    assertThat(date).isEqualTo("Mon, 02 Nov 2026 10:00:00 GMT");
    assertThat(Conditions.moment(date)).contains(Instant.parse("2026-11-02T10:00:00Z"));
    assertThat(Conditions.moment("yesterday")).isEmpty();
    assertThat(Conditions.moment(null)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "'\"1\"',, true",
        "'W/\"1\"',, true",
        "'\"0\", \"1\"',, true",
        "*,, true",
        "'\"2\"',, false",
        ",'Mon, 02 Nov 2026 10:00:00 GMT', true",
        ",'Mon, 02 Nov 2026 09:59:59 GMT', false",
        ",yesterday, false",
        ",, false",
        "'\"2\"','Mon, 02 Nov 2026 10:00:00 GMT', false"
      })
  void anEtagCountsMoreThanADate(String ifNoneMatch, String ifModifiedSince, boolean known) {
    assertThat(Conditions.isKnown("\"1\"", MODIFIED, ifNoneMatch, ifModifiedSince))
        .isEqualTo(known);
  }
}
