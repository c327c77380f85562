package dev.backstop.it.cluster;

import dev.backstop.Loader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A source in files, which all nodes reach: each call is a line in {@code calls}, lasts until there
 * is {@code open}, and returns what {@code value} says, or fails if that is not there.
 */
final class SlowSource {
  /** How many gets one node begins at once. */
  static final int GETS = 2_500;

  private static final long PAUSE_MILLIS = 5;

  private final Path directory;

  SlowSource(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
  }

  Path directory() {
    return directory;
  }

  SlowSource answer(String value) throws IOException {
    Files.writeString(directory.resolve("value"), value);
    return this;
  }

  SlowSource fail() throws IOException {
    Files.deleteIfExists(directory.resolve("value"));
    return this;
  }

  SlowSource open() throws IOException {
    Files.writeString(directory.resolve("open"), "");
    return this;
  }

  /** How often it was asked. */
  int calls() throws IOException {
    Path calls = directory.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
  }

  /** How many nodes have begun all their gets. */
  long nodesBegun() throws IOException {
    try (var files = Files.list(directory)) {
      return files.filter(file -> file.getFileName().toString().startsWith("begun")).count();
    }
  }

  /** The call, on a node. */
  static String load(Path directory) throws IOException, InterruptedException {
    Files.writeString(
        directory.resolve("calls"),
        "a call\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    while (!Files.exists(directory.resolve("open"))) {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
    return Files.readString(directory.resolve("value"));
  }

  /** What a node does with a loader. */
  interface Get {
    String with(Loader<String, Exception> source) throws Exception;
  }

  /** Begins that many gets at once, on a node; returns what all of them returned. */
  static String atOnce(Path directory, Get get) throws Exception {
    CountDownLatch begun = new CountDownLatch(GETS);
    ExecutorService threads = Executors.newCachedThreadPool();
    List<Future<String>> gets =
        IntStream.range(0, GETS)
            .mapToObj(
                i ->
                    threads.submit(
                        () -> {
                          begun.countDown();
                          return get.with(() -> load(directory));
                        }))
            .toList();
    begun.await();
    Files.writeString(directory.resolve("begun" + ProcessHandle.current().pid()), "");
    int answered = 0;
    String answer = gets.get(0).get();
    for (Future<String> each : gets) {
      answered += each.get().equals(answer) ? 1 : 0;
    }
    threads.shutdown();
    return answered + " " + answer;
  }
}
