package dev.backstop.examples.feedreader;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the whole demonstration in this process, with a clock of its own. */
@Timeout(120)
class DemoTest {
  @TempDir static Path folder;
  private static String first;
  private static String second;

  @BeforeAll
  static void runTwice() throws Exception {
    first = run(List.of());
    second = run(List.of());
  }

  @Test
  void eachChapterAnswersFromWhereItSays() {
    Map<Integer, List<String>> chapters = chapters(first);
    assertThat(chapters.keySet()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(origins(chapters.get(1))).containsExactly(thrice("SOURCE", "FAST", "SOURCE"));
    assertThat(origins(chapters.get(2))).containsExactly(thrice("FAST", "STAND_IN", "STAND_IN"));
    assertThat(origins(chapters.get(3))).containsExactly(thrice("STAND_IN", "STAND_IN"));
    assertThat(origins(chapters.get(4))).containsExactly(thrice("STAND_IN"));
    assertThat(origins(chapters.get(5))).containsExactly(thrice("STAND_IN"));
    assertThat(origins(chapters.get(6))).containsExactly(thrice("SOURCE", "FAST"));

    List<String> reloads = chapters.get(1).subList(6, 9);
    assertThat(reloads.get(0)).contains("Ferry in at ").doesNotContain("304"); // it was published
    assertThat(reloads.subList(1, 3)).allSatisfy(saying("304 Not Modified"));
    assertThat(chapters.get(2).subList(3, 9)).allSatisfy(saying("ConnectException"));
    assertThat(chapters.get(3).subList(0, 3))
        .allSatisfy(saying("LoadTimeoutException: over 0.8 s"));
    assertThat(chapters.get(3).subList(3, 6))
        .allSatisfy(saying("LoadTimeoutException: over 0.05 s"));
    assertThat(chapters.get(4)).allSatisfy(saying("IOException: HTTP 500"));
    assertThat(chapters.get(5))
        .allSatisfy(line -> assertThat(line).containsPattern("no feed|broken XML"));
    assertThat(chapters.get(6)).allSatisfy(line -> assertThat(line).doesNotContain("Exception"));
  }

  @Test
  void newsArriveWhenTheSourceIsWellAgain() {
    Map<Integer, List<String>> chapters = chapters(first);

    assertThat(chapters.get(5)).anySatisfy(saying("Line 4 skips Mill Lane"));
    assertThat(chapters.get(6)).anySatisfy(saying("Line 4 runs, "));
  }

  @Test
  void itEndsWithWhatSqlSees() {
    assertThat(first)
        .containsPattern("bundled-feeds +harbour +2\\d{3}-")
        .containsPattern("bundled-feeds +tramway +2\\d{3}-")
        .containsPattern("bundled-feeds +kitchen +2\\d{3}-")
        .contains("backstop_status")
        .contains("36 gets, 36 answered, 18 of them by a stand-in.")
        .contains(", 2 of them by 304 Not Modified.");
  }

  @Test
  void aSecondRunBeginsWithTheBackupsOfTheFirst() {
    assertThat(chapters(first).keySet()).doesNotContain(0);
    List<String> lines = chapters(second).get(0);

    assertThat(origins(lines)).containsExactly(thrice("STAND_IN"));
    assertThat(lines).allSatisfy(saying("ConnectException"));
    assertThat(lines).anySatisfy(saying("Line 4 runs, "));
  }

  @Test
  void addressesAreReadThreeTimes() throws Exception {
    try (FeedServer server = new FeedServer(BundledFeed.all())) {
      server.start();
      URI feed = server.uri(BundledFeed.all().get(0));
      URI missing = feed.resolve("/missing");

      Map<Integer, List<String>> rounds = chapters(run(List.of(feed, missing)));

      assertThat(rounds.keySet()).containsExactly(1, 2, 3);
      assertThat(origins(rounds.get(1))).containsExactly("SOURCE", "NONE");
      assertThat(origins(rounds.get(2))).containsExactly("FAST", "NONE");
      assertThat(origins(rounds.get(3))).containsExactly("SOURCE", "NONE");
      assertThat(rounds.get(3).get(0)).contains("304 Not Modified");
      assertThat(rounds.get(3).get(1)).contains("IOException: HTTP 404");
    }
  }

  @Test
  void whereNothingAnswersTheStatusSaysSo() throws Exception {
    URI nobody = new FeedServer(BundledFeed.all()).uri(BundledFeed.all().get(0));

    assertThat(session(List.of(nobody), new ByteArrayOutputStream())).isEqualTo(1);
  }

  private static String run(List<URI> feeds) throws Exception {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    assertThat(session(feeds, shown)).isZero();
    return shown.toString(StandardCharsets.UTF_8);
  }

  private static int session(List<URI> feeds, ByteArrayOutputStream shown) throws Exception {
    PrintStream out = new PrintStream(shown, false, StandardCharsets.UTF_8);
    try (TestPace pace = new TestPace()) {
      return new Session(new Options(feeds, folder), pace, new Report(out, false, 7)).run();
    }
  }

  /** The lines of gets, by the number of their chapter. */
  private static Map<Integer, List<String>> chapters(String shown) {
    Map<Integer, List<String>> chapters = new TreeMap<>();
    List<String> lines = new ArrayList<>();
    for (String line : shown.lines().toList()) {
      if (line.matches("  \\d  \\S.*")) {
        lines = new ArrayList<>();
        chapters.put(Integer.valueOf(line.substring(2, 3)), lines);
      } else if (line.matches("  \\d\\d:\\d\\d:\\d\\d  .*")) {
        lines.add(line);
      }
    }
    return chapters;
  }

  private static List<String> origins(List<String> lines) {
    return lines.stream().map(line -> line.strip().split(" +")[2]).toList();
  }

  private static String[] thrice(String... rounds) {
    return List.of(rounds).stream()
        .flatMap(origin -> List.of(origin, origin, origin).stream())
        .toArray(String[]::new);
  }

  private static ThrowingConsumer<String> saying(String text) {
    return line -> assertThat(line).contains(text);
  }
}
