package dev.backstop.it.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    StringBuilder sources = new StringBuilder();
    for (ServerPool pool : pools()) {
      sources.append(
          """
          <dataSource jndiName="%s" type="java.sql.Driver">
            <jdbcDriver libraryRef="drivers"/>
            <connectionManager maxPoolSize="%d" connectionTimeout="2s"/>
            <properties URL="%s" user="%s" password="%s"/>
          </dataSource>
          """
              .formatted(
                  jndiName(pool.name()),
                  pool.size(),
                  pool.database().url().replace("&", "&amp;"),
                  pool.database().username(),
                  pool.database().password()));
    }
    String drivers =
        Stream.of(Libraries.DRIVERS)
            .map(each -> "<file name=\"%s\"/>".formatted(Libraries.jarOf(each)))
            .collect(Collectors.joining());
    Files.writeString(
        directory.resolve("servers/backstop/server.xml"),
        """
        <server>
          <featureManager>
            <feature>webProfile-11.0</feature>
            <feature>concurrent-3.1</feature>
          </featureManager>
          <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="%d" httpsPort="-1"/>
          <library id="drivers">%s</library>
          %s
          <applicationMonitor pollingRate="250ms"/>
        </server>
        """
            .formatted(port, drivers, sources));
    for (War war : wars) {
      war.writeTo(dropins);
    }
    return ServerProcess.start(
        directory,
        environment(
            "JAVA_HOME",
            Java25.home(),
            "WLP_USER_DIR",
            directory.toString(),
            "JVM_ARGS",
            "-Xmx768m -XX:SoftRefLRUPolicyMSPerMB=0 -Djava.awt.headless=true"),
        List.of(
            RunDirectory.unpacked("wlp").resolve("bin/server").toString(),
            "run",
            "backstop",
            "--clean"));
  }

  @Override
  void checkDeployment(String name) throws IOException {
    if (printed().contains("The application " + name + " was not started")) {
      throw new AssertionError(name + " was not deployed:\n" + printed());
    }
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
