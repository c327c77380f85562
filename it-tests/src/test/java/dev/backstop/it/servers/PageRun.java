package dev.backstop.it.servers;

import dev.backstop.it.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A directory in which someone follows a page. The last command of a server is the server. */
final class PageRun {
  private final Page page;
  private final Path directory;
  private final int port;
  private final Map<String, String> environment = new TreeMap<>();

  PageRun(Page page, String name, int port) throws IOException {
    this.page = page;
    this.directory = RunDirectory.create("page-" + name);
    this.port = port;
    page.writeFiles(directory, port);
  }

  Path directory() {
    return directory;
  }

  int port() {
    return port;
  }

  /** With that Java, and this before whatever else there is on the path. */
  PageRun java(String home, String... path) {
    environment.put("JAVA_HOME", home);
    List<String> first = new ArrayList<>(List.of(path));
    first.add(home + "/bin");
    environment.put(
        "PATH",
        String.join(File.pathSeparator, first) + File.pathSeparator + System.getenv("PATH"));
    return this;
  }

  /** With that in its environment. */
  PageRun with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** With what the build has unpacked, as if it had been unpacked here. */
  PageRun unpacked(String name, String here) throws IOException {
    RunDirectory.link(RunDirectory.unpacked(name), directory.resolve(here));
    return this;
  }

  /** Types commands that end, and returns what they printed. */
  String type(List<String> commands) throws Exception {
    List<String> command = new ArrayList<>(List.of("env"));
    environment.forEach((name, value) -> command.add(name + "=" + value));
    command.addAll(List.of("sh", "-ec", String.join("\n", commands)));
    return ChildProcess.run(directory, command);
  }

  /**
   * Types the commands of a server.
   *
   * @param arguments what keeps the last of them on free ports of the loopback address
   */
  ServerProcess start(String server, String... arguments) throws Exception {
    List<String> commands = commands(server);
    type(commands.subList(0, commands.size() - 1));
    return startAgain(server, arguments);
  }

  /** Types the last of them alone. */
  ServerProcess startAgain(String server, String... arguments) throws IOException {
    List<String> commands = commands(server);
    String line = "exec " + commands.get(commands.size() - 1) + " " + String.join(" ", arguments);
    return ServerProcess.start(directory, environment, List.of("sh", "-c", line));
  }

  private List<String> commands(String server) {
    return page.commands(server).stream().map(line -> Page.onPort(line, port)).toList();
  }

  /** Brings a file of another run here, at the same place. */
  PageRun take(PageRun other, String file) throws IOException {
    Files.createDirectories(directory.resolve(file).getParent());
    Files.copy(other.directory.resolve(file), directory.resolve(file));
    return this;
  }
}
