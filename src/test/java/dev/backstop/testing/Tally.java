package dev.backstop.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a test really did, counted: a line of target/reliability/, for docs/reliability.md. A file
 * per class, as two JVMs run them.
 */
public final class Tally {
  private static final Path FOLDER = Path.of("target", "reliability");

  private Tally() {}

  /**
   * Notes a line such as {@code "postgreSqlKilled: 100 kills, 81,234 puts acknowledged"}, with the
   * Java that it ran on.
   */
  public static void note(Class<?> test, String what) {
    try {
      Files.createDirectories(FOLDER);
      Files.writeString(
          FOLDER.resolve(test.getSimpleName() + ".txt"),
          what + " (Java " + Runtime.version().feature() + ")\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
