package dev.backstop.it.servers;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What the servers have in common: a directory, a port, a process, and who answers there. */
abstract class ProcessServer implements AppServer {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final long PAUSE_NANOS = 50_000_000;

  final Path directory;
  private final int port;
  private final Map<String, String> environment = new HashMap<>();
  private @Nullable ServerProcess process;
  private List<ServerPool> pools = List.of();

  ProcessServer(String name, int port) throws IOException {
    this.directory = RunDirectory.create(name);
    this.port = port;
  }

  /** Prepares the directory, with these applications in it, and starts the process. */
  abstract ServerProcess launch(War... wars) throws IOException;

  /** Throws if the server has said that it can't deploy this. */
  void checkDeployment(String name) throws IOException {}

  @Override
  public final void define(ServerPool... defined) {
    pools = List.of(defined);
  }

  @Override
  public final void set(String variable, String value) {
    environment.put(variable, value);
  }

  /** The environment of its process: these variables, and those that were set. */
  final Map<String, String> environment(String... variables) {
    Map<String, String> all = new HashMap<>(environment);
    for (int i = 0; i < variables.length; i += 2) {
      all.put(variables[i], variables[i + 1]);
    }
    return all;
  }

  final List<ServerPool> pools() {
    return pools;
  }

  @Override
  public String jndiName(String pool) {
    return "jdbc/" + pool;
  }

  @Override
  public final void start(War... wars) throws Exception {
    process = launch(wars);
    for (War war : wars) {
      awaitAnswer(war);
    }
  }

  @Override
  public final URI address(String name) {
    return URI.create("http://127.0.0.1:" + port + "/" + name + "/");
  }

  @Override
  public final long pid() {
    return running().java().pid();
  }

  @Override
  public final void close() {
    if (process != null) {
      process.stop();
    }
  }

  final void awaitAnswer(War war) throws IOException {
    await(
        address(war.name()) + " answers",
        () -> {
          checkDeployment(war.name());
          String page = page(war.name(), war.page());
          return page != null && war.isKnownBy(page);
        });
  }

  final void awaitNoAnswer(String name) throws IOException {
    await(address(name) + " is gone", () -> page(name, War.IDENTITY) == null);
  }

  interface Condition {
    boolean holds() throws IOException;
  }

  final void await(String what, Condition condition) throws IOException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.holds()) {
      if (!running().isAlive() || System.nanoTime() - end > 0) {
        throw new AssertionError("Did not come true: " + what + "\n" + printed());
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private @Nullable String page(String name, String path) {
    try {
      Http.Answer answer = Http.get(address(name).resolve(path));
      return answer.status() == 200 ? answer.body() : null;
    } catch (IOException absent) {
      return null;
    }
  }

  /** The end of what the server printed. */
  final String printed() throws IOException {
    return running().printed();
  }

  private ServerProcess running() {
    if (process == null) {
      throw new IllegalStateException("It was not started");
    }
    return process;
  }
}
