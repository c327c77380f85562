package dev.backstop.examples.feedreader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.Entry;
import dev.backstop.LoadFailure;
import dev.backstop.LoadTimeoutException;
import dev.backstop.Origin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);

  @Test
  void aStandInSaysWhereFromHowOldAndWhy() {
    new Report(out, false, 7)
        .get(
            GetLine.answered(
                "harbour",
                entry("Night ferry runs again", new IOException("HTTP 500")),
                false,
                NOW));

    assertThat(printed())
        .containsSubsequence(
            "harbour  STAND_IN   3.2 s old  Night ferry runs again  IOException: HTTP 500");
  }

  @Test
  void aLineFitsInAHundredColumns() {
    Entry<Feed> entry =
        entry("Kraanwagen \uD83C\uDFD7 ".repeat(20), new IOException("why ".repeat(50)));
    new Report(out, false, 16).get(GetLine.answered("a-very-long-host.example", entry, false, NOW));

    String line = printed().stripTrailing();
    assertThat(line.codePointCount(0, line.length())).isEqualTo(100);
    assertThat(line).endsWith("…");
  }

  @Test
  void colourIsOnlyAround() {
    Entry<Feed> entry = entry("Night ferry", new IOException("HTTP 500"));
    new Report(out, false, 7).get(GetLine.answered("harbour", entry, false, NOW));
    String plain = printed();
    bytes.reset();
    new Report(out, true, 7).get(GetLine.answered("harbour", entry, false, NOW));

    assertThat(printed()).contains("\u001b[33mSTAND_IN\u001b[0m");
    assertThat(printed().replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(plain);
  }

  @Test
  void aGetWithoutAnswerSaysWhy() {
    new Report(out, false, 7).get(GetLine.unanswered("harbour", new IOException(), NOW));

    assertThat(printed())
        .contains("harbour  NONE")
        .contains("no backup yet")
        .contains("IOException");
  }

  @Test
  void whatHasNotChangedSaysSo() {
    Feed feed = new Feed("Ledger", List.of(new Feed.Item("Night ferry", "", null)));
    Entry<Feed> entry = new Entry<>(feed, NOW, NOW, Origin.SOURCE, null);
    new Report(out, false, 7).get(GetLine.answered("harbour", entry, true, NOW));

    assertThat(printed()).contains("SOURCE").contains("Night ferry").contains("304 Not Modified");
  }

  @Test
  void aSilentReportSaysOnlyTheLast() {
    Report report = new Report(out, false, 7);
    report.fallSilent();
    report.text("unheard");
    report.last("goodbye");
    report.text("unheard");

    assertThat(printed()).isEqualToIgnoringNewLines("\n  goodbye\n");
    assertThat(report.isSilent()).isTrue();
  }

  @Test
  void aTimeoutIsToldInSeconds() {
    LoadTimeoutException late =
        new LoadTimeoutException("bundled-feeds", "harbour", Duration.ofMillis(1200));

    assertThat(Words.reason(LoadFailure.of(late, NOW)))
        .isEqualTo("LoadTimeoutException: over 1.2 s");
  }

  @ParameterizedTest
  @CsvSource({
    "PT-1S, 0.0 s old",
    "PT59.9S, 59.9 s old",
    "PT5M, 5 min old",
    "PT30H, 30 h old",
    "P9D, 9 d old"
  })
  void anAgeIsShort(Duration age, String text) {
    assertThat(Words.age(NOW.minus(age), NOW)).isEqualTo(text);
  }

  @Test
  void whoWantsNoColourGetsNone() {
    assertThat(Paint.welcome(Map.of("NO_COLOR", "1"))).isFalse();
    assertThat(Paint.welcome(Map.of("TERM", "dumb"))).isFalse();
  }

  private static Entry<Feed> entry(String headline, Exception why) {
    Feed feed = new Feed("Ledger", List.of(new Feed.Item(headline, "https://a.example/", null)));
    return new Entry<>(feed, NOW.minusMillis(3200), NOW, Origin.STAND_IN, LoadFailure.of(why, NOW));
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
