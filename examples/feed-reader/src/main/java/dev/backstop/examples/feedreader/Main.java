package dev.backstop.examples.feedreader;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Handler;
import java.util.logging.Logger;

/**
 * Reads the feeds whose addresses are the arguments; without arguments, shows what happens to three
 * feeds of its own when their source fails. The system property {@code backups} names the folder of
 * the H2 file.
 */
public final class Main {
  private static final int USAGE = 2;

  private Main() {}

  /**
   * Runs it. Exits with 0 at the end, 1 if nothing was answered, 2 for an argument that is no
   * address.
   */
  public static void main(String[] arguments) throws Exception {
    muteLibraries();
    // Not System.out: its encoding is the platform's.
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    int status = run(arguments, out);
    if (status != 0) {
      System.exit(status);
    }
  }

  private static int run(String[] arguments, PrintStream out) throws Exception {
    Options options;
    try {
      options = Options.of(arguments, System.getProperty("backups", "backups"));
    } catch (IllegalArgumentException e) {
      out.println(e.getMessage());
      out.flush();
      return USAGE;
    }
    Report report = new Report(out, Paint.welcome(System.getenv()), options.nameWidth());
    return new Session(options, Pace.HUMAN, report).run();
  }

  /** The terminal belongs to the reader; what libraries log has no place on it. */
  private static void muteLibraries() {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
  }
}
