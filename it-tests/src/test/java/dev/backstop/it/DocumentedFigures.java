package dev.backstop.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** A row of figures in a page of docs, held against what was measured anew. */
final class DocumentedFigures {
  private static final double MARGIN = 0.2;

  private DocumentedFigures() {}

  /**
   * Fails, with the row that the page should have, where a figure is off by more than a fifth and
   * its slack.
   */
  static void assertThatThePageSays(String page, String head, List<String> figures, double... slack)
      throws IOException {
    String measured = head + " " + String.join(" | ", figures) + " |";
    String documented =
        Files.readString(Path.of("../docs").resolve(page))
            .lines()
            .filter(line -> line.startsWith(head))
            .findFirst()
            .orElse("");
    List<Double> expected = numbers(documented);
    List<Double> found = numbers(measured);
    assertThat(expected).as(measured).hasSize(figures.size());
    for (int i = 0; i < slack.length; i++) {
      double margin = slack[i] + expected.get(i) * MARGIN;
      assertThat(found.get(i)).as(measured).isCloseTo(expected.get(i), within(margin));
    }
  }

  private static List<Double> numbers(String line) {
    return Pattern.compile("(?<=\\| )[0-9,.]+(?= \\|)")
        .matcher(line)
        .results()
        .map(number -> Double.valueOf(number.group().replace(",", "")))
        .toList();
  }
}
