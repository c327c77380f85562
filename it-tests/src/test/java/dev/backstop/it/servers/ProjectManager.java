package dev.backstop.it.servers;

import java.net.URI;
import java.nio.file.Path;

/** The example of that name, its WAR as the build has packed it, on a server of its own. */
final class ProjectManager implements AutoCloseable {
  private static final String NAME = "project-manager";

  private final AppServer server;

  /** Not started yet. */
  ProjectManager(AppServer server) {
    this.server = server;
  }

  /** On the H2 that it makes below its working folder if nobody tells it of another. */
  void startOnH2() throws Exception {
    start();
  }

  void startOnPostgres(Database database) throws Exception {
    String login = "user=" + database.username() + "&password=" + database.password();
    String separator = database.url().contains("?") ? "&" : "?";
    server.set("BACKSTOP_JDBC_URL", database.url() + separator + login);
    start();
  }

  private void start() throws Exception {
    server.start(new War(NAME, Path.of(System.getProperty("dev.backstop.it.project-manager"))));
  }

  URI address() {
    return server.address(NAME);
  }

  @Override
  public void close() {
    server.close();
  }
}
