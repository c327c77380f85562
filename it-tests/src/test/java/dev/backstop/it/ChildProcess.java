package dev.backstop.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that is run to its end, under a hard timeout. */
public final class ChildProcess {
  private static final long LIMIT_SECONDS = 120;

  private ChildProcess() {}

  /** Runs it in that directory; returns what it printed, and fails unless it ended well. */
  public static String run(Path directory, List<String> command) throws Exception {
    Path log = Files.createTempFile(Path.of("target"), "child-", ".log").toAbsolutePath();
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(directory.toFile());
    builder.redirectErrorStream(true).redirectOutput(log.toFile()); // no thread that has to read
    builder.environment().put("REDGATE_DISABLE_TELEMETRY", "true");
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError(command + " did not end:\n" + Files.readString(log));
      }
      String printed = Files.readString(log);
      if (process.exitValue() != 0) {
        throw new AssertionError(command + " ended with " + process.exitValue() + ":\n" + printed);
      }
      return printed;
    } finally {
      end(process);
      Files.delete(log);
    }
  }

  private static void end(Process process) throws IOException, InterruptedException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor();
  }
}
