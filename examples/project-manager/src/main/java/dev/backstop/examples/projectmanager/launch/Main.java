package dev.backstop.examples.projectmanager.launch;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/** Runs the WAR on Payara Micro until the process is told to end. */
public final class Main {
  private Main() {}

  /**
   * Serves until it is told to end.
   *
   * @param args the server's jar, the WAR, and the folder that keeps the databases
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Path.of(args[2]).toAbsolutePath();
    PrintStream out = System.out;
    try (Server server = Server.start(Path.of(args[0]), Path.of(args[1]), folder)) {
      Thread hook = new Thread(server::close, "project-manager-interrupted");
      Runtime.getRuntime().addShutdownHook(hook);
      out.println();
      out.println(
          "  Starting the project manager; the first time it makes a company of 50,000 tasks ...");
      if (!server.awaitAnswer()) {
        throw new IllegalStateException(
            "It did not start. Does another one use " + folder + "? See " + server.log());
      }
      out.println();
      out.println("  The project manager:  " + server.url());
      out.println();
      out.println("  Its databases are in  " + folder);
      out.println("  The server logs to    " + server.log());
      out.println("  Ctrl-C ends it; started again, it has its backups.");
      out.println();
      server.awaitEnd();
    }
  }
}
