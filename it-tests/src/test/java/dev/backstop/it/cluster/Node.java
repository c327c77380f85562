package dev.backstop.it.cluster;

import dev.backstop.Backstop;
import dev.backstop.testing.TestDatabase;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A JVM of its own that runs {@link NodeProgram}, and who talks to it. */
final class Node implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final PrintStream commands;
  private final Map<Integer, CompletableFuture<String>> asked = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();

  private Node(Process process) {
    this.process = process;
    commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    asked.put(0, new CompletableFuture<>());
    Thread reader = new Thread(this::read, "nodes-" + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts one, which opens meanwhile: {@link #awaitOpen}. */
  static Node start(
      Path directory, String jdbcUrl, TestDatabase database, Duration heardWithin, WallClock clock)
      throws IOException {
    return start(directory, jdbcUrl, database, heardWithin.toString(), classPath(), clock);
  }

  /** Starts one of the version before, in the jar, which can neither hear nor share. */
  static Node startOld(Path directory, TestDatabase database, Path jar) throws Exception {
    Path ours = Path.of(Backstop.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    String without =
        Stream.of(classPath().split(File.pathSeparator))
            .filter(entry -> !Path.of(entry).toAbsolutePath().equals(ours))
            .collect(Collectors.joining(File.pathSeparator, jar + File.pathSeparator, ""));
    return start(
        directory, database.jdbcUrl(), database, NodeProgram.DEAF, without, WallClock.RIGHT);
  }

  private static Node start(
      Path directory,
      String jdbcUrl,
      TestDatabase database,
      String heardWithin,
      String classPath,
      WallClock clock)
      throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            classPath,
            NodeProgram.class.getName(),
            jdbcUrl,
            database.username(),
            database.password(),
            heardWithin);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectError(directory.resolve("node-" + System.nanoTime() + ".log").toFile());
    builder.environment().putAll(clock.environment());
    return new Node(builder.start());
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  Node awaitOpen() throws Exception {
    asked.get(0).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return this;
  }

  /** Asks it to do something; several may be under way. */
  CompletableFuture<String> ask(String what, String key, String value) {
    int id = ids.incrementAndGet();
    CompletableFuture<String> answer = new CompletableFuture<>();
    asked.put(id, answer);
    commands.println(id + " " + what + " " + key + " " + value);
    return answer;
  }

  /** The same, and waits for the answer. */
  String tell(String what, String key, String... value) throws Exception {
    return ask(what, key, String.join(" ", value)).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Stops it, wherever it is, or lets it go on. */
  void signal(String name) throws Exception {
    int exit =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    if (exit != 0) {
      throw new IOException("kill -" + name + " ended with " + exit);
    }
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int space = line.indexOf(' ');
        CompletableFuture<String> answer = asked.get(Integer.parseInt(line.substring(0, space)));
        answer.complete(line.substring(space + 1));
      }
    } catch (IOException gone) {
      // As it is when it was killed.
    } finally {
      asked.values().forEach(each -> each.completeExceptionally(new IOException("It has ended")));
    }
  }

  /** Kills it. */
  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
