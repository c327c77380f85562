package dev.backstop.it.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Open Liberty with the Web Profile of Jakarta EE 11, on Java 25. */
final class OpenLiberty extends ProcessServer {
  private final int port;
  private final Path dropins = directory.resolve("servers/backstop/dropins");

  OpenLiberty() throws IOException {
    this(Ports.free(1)[0]);
  }

  private OpenLiberty(int port) throws IOException {
    super("liberty", port);
    this.port = port;
  }

  @Override
  ServerProcess launch(War... wars) throws IOException {
    Files.createDirectories(dropins);
    Files.writeString(
        directory.resolve("servers/backstop/server.xml"),
        """
        <server>
          <featureManager>
            <feature>webProfile-11.0</feature>
            <feature>concurrent-3.1</feature>
          </featureManager>
          <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="%d" httpsPort="-1"/>
          <applicationMonitor pollingRate="250ms"/>
        </server>
        """
            .formatted(port));
    for (War war : wars) {
      war.writeTo(dropins);
    }
    return ServerProcess.start(
        directory,
        Map.of(
            "JAVA_HOME",
            Java25.home(),
            "WLP_USER_DIR",
            directory.toString(),
            "JVM_ARGS",
            "-Xmx768m -Djava.awt.headless=true"),
        List.of(
            RunDirectory.unpacked("wlp").resolve("bin/server").toString(),
            "run",
            "backstop",
            "--clean"));
  }

  @Override
  public void deploy(War war) throws IOException {
    war.writeTo(dropins);
    awaitAnswer(war);
  }

  @Override
  public void undeploy(String name) throws IOException {
    Files.delete(dropins.resolve(name + ".war"));
    awaitNoAnswer(name);
  }
}
