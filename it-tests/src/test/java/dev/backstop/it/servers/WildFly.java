package dev.backstop.it.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** WildFly, on the Java of the tests. */
final class WildFly extends ProcessServer {
  private final Path deployments = directory.resolve("deployments");
  private final int[] ports;

  WildFly() throws IOException {
    this(Ports.free(4));
  }

  private WildFly(int[] ports) throws IOException {
    super("wildfly", ports[0]);
    this.ports = ports;
  }

  @Override
  ServerProcess launch(War... wars) throws IOException {
    Path home = RunDirectory.unpacked("wildfly");
    RunDirectory.copy(home.resolve("standalone/configuration"), directory.resolve("configuration"));
    Path configuration = directory.resolve("configuration/standalone.xml");
    Files.writeString(
        configuration,
        Files.readString(configuration).replace("scan-interval=\"5000\"", "scan-interval=\"250\""));
    Files.createDirectory(deployments);
    for (War war : wars) {
      place(war);
    }
    return ServerProcess.start(
        directory,
        Map.of(
            "JAVA_HOME",
            System.getProperty("java.home"),
            "JAVA_OPTS",
            "-Xmx768m -Djava.net.preferIPv4Stack=true -Djava.awt.headless=true"),
        List.of(
            home.resolve("bin/standalone.sh").toString(),
            "-c",
            "standalone.xml",
            "-Djboss.server.base.dir=" + directory,
            "-Djboss.http.port=" + ports[0],
            "-Djboss.https.port=" + ports[1],
            "-Djboss.management.http.port=" + ports[2],
            "-Djboss.management.https.port=" + ports[3]));
  }

  @Override
  public void deploy(War war) throws IOException {
    place(war);
    awaitAnswer(war);
    // It answers a moment before the scanner is done, which overlooks what is marked meanwhile.
    await(
        war.name() + " is marked as deployed",
        () ->
            Files.exists(marker(war.name(), "deployed"))
                && Files.notExists(marker(war.name(), "dodeploy"))
                && Files.notExists(marker(war.name(), "isdeploying")));
  }

  @Override
  public void undeploy(String name) throws IOException {
    Files.delete(marker(name, "deployed"));
    awaitNoAnswer(name);
  }

  @Override
  void checkDeployment(String name) throws IOException {
    Path failed = marker(name, "failed");
    if (Files.exists(failed)) {
      throw new AssertionError(name + " was not deployed:\n" + Files.readString(failed));
    }
  }

  private void place(War war) throws IOException {
    war.writeTo(deployments);
    Files.writeString(marker(war.name(), "dodeploy"), "");
  }

  private Path marker(String name, String what) {
    return deployments.resolve(name + ".war." + what);
  }
}
