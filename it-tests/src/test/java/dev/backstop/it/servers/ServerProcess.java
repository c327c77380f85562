package dev.backstop.it.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The process of a server, maybe below that of its start script; it does not outlive the tests. */
final class ServerProcess {
  private static final long STOP_SECONDS = 30;

  private final Process process;
  private final Path log;
  private final Thread hook = new Thread(this::kill, "end-of-server");

  private ServerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Starts it in that directory, with its output in {@code console.log} there. */
  static ServerProcess start(Path directory, Map<String, String> environment, List<String> command)
      throws IOException {
    Path log = directory.resolve("console.log");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(directory.toFile());
    builder.redirectErrorStream(true).redirectOutput(log.toFile()); // no thread that has to read
    builder.environment().keySet().removeAll(List.of("JAVA_OPTS", "JAVA_TOOL_OPTIONS"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    return new ServerProcess(process, log);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The end of what it printed. */
  String printed() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()))
        + "\nMore in "
        + log;
  }

  /** The Java process: that of the script's, if it is a script. */
  ProcessHandle java() {
    return Stream.concat(process.descendants(), Stream.of(process.toHandle()))
        .filter(each -> each.info().command().orElse("").endsWith("java"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("No Java runs, see " + log));
  }

  /** Asks it to end, and kills what has not ended in time. */
  void stop() {
    if (process.isAlive()) {
      java().destroy();
    }
    boolean ended = false;
    try {
      ended = process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kill();
    Runtime.getRuntime().removeShutdownHook(hook);
    if (!ended) {
      throw new AssertionError("It did not end within " + STOP_SECONDS + " s, see " + log);
    }
  }

  private void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
