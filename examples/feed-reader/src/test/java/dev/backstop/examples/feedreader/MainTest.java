package dev.backstop.examples.feedreader;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Starts the feed reader in a process of its own. */
@Timeout(120)
class MainTest {
  private static final Pattern ANSWER =
      Pattern.compile("  [\\d:]{8}  (\\S+) +(?:SOURCE|FAST|STAND_IN) .* old  (.{22})(  .*)?");

  @TempDir Path folder;

  /** Ends the demonstration from outside, at several points. */
  @ParameterizedTest
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no signals")
  @CsvSource({"INT, 2, 1", "INT, 2, 2", "INT, 2, 7", "TERM, 15, 4", "KILL, 9, 1", "KILL, 9, 7"})
  void whatWasAnsweredIsBackedUp(String signal, int number, int afterAnswers) throws Exception {
    Map<String, String> answered = new HashMap<>();
    List<String> shown = new ArrayList<>();
    int answers = 0;
    Process demo = start();
    try (BufferedReader out = demo.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        shown.add(line);
        Matcher answer = ANSWER.matcher(padded(line));
        if (answer.matches()) {
          answered.put(answer.group(1), answer.group(2).strip());
          answers++;
          if (answers == afterAnswers) {
            send(signal, demo);
          }
        }
      }
    }

    assertThat(exit(demo)).as(shown.toString()).isEqualTo(128 + number);
    assertThat(answers).as(shown.toString()).isGreaterThanOrEqualTo(afterAnswers);
    Map<String, String> backups = backups();
    answered.forEach((feed, headline) -> assertThat(backups.get(feed)).contains(headline));
    if (!signal.equals("KILL")) {
      assertThat(shown.get(shown.size() - 1)).startsWith("  Interrupted. ");
      assertThat(shown).noneMatch(line -> line.startsWith("Exception in "));
    }
  }

  @Test
  void anArgumentThatIsNoAddressIsNamed() throws Exception {
    Process reader = start("https://a.example/feed", "planet");

    assertThat(shown(reader))
        .isEqualTo("Not the address of a feed (http://... or https://...): planet");
    assertThat(exit(reader)).isEqualTo(2);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aSecondReaderOfTheSameFileIsRefused() throws Exception {
    Process first = start();
    try (BufferedReader out = first.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.lines().anyMatch(line -> ANSWER.matcher(padded(line)).matches())).isTrue();

      Process second = start();

      assertThat(shown(second))
          .startsWith("The backups cannot be opened: ")
          .contains("locked")
          .hasLineCount(1);
      assertThat(exit(second)).isEqualTo(1);
    } finally {
      first.destroyForcibly();
    }
  }

  private static String padded(String line) {
    return String.format("%-65s", line);
  }

  private static String shown(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  private Process start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dbackups=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static void send(String signal, Process to) throws IOException, InterruptedException {
    assertThat(exit(new ProcessBuilder("kill", "-" + signal, String.valueOf(to.pid())).start()))
        .isZero();
  }

  private static int exit(Process process) throws InterruptedException {
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private Map<String, String> backups() throws SQLException {
    Map<String, String> backups = new HashMap<>();
    try (Connection connection =
            DriverManager.getConnection(new Options(List.of(), folder).jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("select cache_key, utf8tostring(blob) from backstop_backup")) {
      while (rows.next()) {
        backups.put(rows.getString(1), rows.getString(2));
      }
    }
    return backups;
  }
}
