package dev.backstop.it.kill;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * What was done to all keys. In a file, too, if another process is to know: a line for each
 * beginning, before the call, and for each end, after it, each by one write that survives a kill.
 */
final class Journal {
  private final Map<String, History> histories = new ConcurrentHashMap<>();
  private final LongAdder acknowledged = new LongAdder();
  private OutputStream lines = OutputStream.nullOutputStream();

  /** What the processes before wrote there, to be continued there. */
  static Journal continued(Path file) throws IOException {
    Journal journal = read(file);
    journal.lines = new FileOutputStream(file.toFile(), true);
    return journal;
  }

  /** What the processes before wrote there. */
  static Journal read(Path file) throws IOException {
    Journal journal = new Journal();
    for (String line : Files.readAllLines(file)) {
      String[] words = line.split(" ");
      History history = journal.of(words[0]);
      int number = Integer.parseInt(words[1]);
      if (words[2].equals("begins")) {
        history.begin(Kind.valueOf(words[3]));
      } else {
        journal.ended(history, number, End.valueOf(words[3]));
      }
    }
    journal.histories.values().forEach(History::forgetHeld);
    return journal;
  }

  History of(String key) {
    return histories.computeIfAbsent(key, History::new);
  }

  int begin(String key, Kind kind) {
    int number = of(key).begin(kind);
    write(key + " " + number + " begins " + kind);
    return number;
  }

  void end(String key, int number, End end) {
    write(key + " " + number + " ends " + end);
    ended(of(key), number, end);
  }

  private void ended(History history, int number, End end) {
    history.end(number, end);
    if (end == End.DURABLE) {
      acknowledged.increment();
    }
  }

  /** How many operations were acknowledged as durable. */
  long acknowledged() {
    return acknowledged.sum();
  }

  private void write(String line) {
    try {
      lines.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
