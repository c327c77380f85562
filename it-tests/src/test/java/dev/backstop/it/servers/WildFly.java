package dev.backstop.it.servers;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
    configure(directory.resolve("configuration/standalone.xml"));
    installDrivers(directory.resolve("modules/backstop/drivers/main"));
    Files.createDirectory(deployments);
    for (War war : wars) {
      place(war);
    }
    return ServerProcess.start(
        directory,
        environment(
            "JAVA_HOME",
            System.getProperty("java.home"),
            "JBOSS_MODULEPATH",
            home.resolve("modules") + File.pathSeparator + directory.resolve("modules"),
            "JAVA_OPTS",
            "-Xmx768m -XX:SoftRefLRUPolicyMSPerMB=0 -Djava.net.preferIPv4Stack=true -Djava.awt.headless=true"),
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

  private void configure(Path file) throws IOException {
    StringBuilder sources = new StringBuilder("<datasources>");
    for (ServerPool pool : pools()) {
      sources.append(
          """
          <datasource jndi-name="%s" pool-name="%s">
            <connection-url>%s</connection-url>
            <driver>%s</driver>
            <pool><max-pool-size>%d</max-pool-size></pool>
            <security user-name="%s" password="%s"/>
            <timeout><blocking-timeout-millis>2000</blocking-timeout-millis></timeout>
          </datasource>
          """
              .formatted(
                  jndiName(pool.name()),
                  pool.name(),
                  pool.database().url().replace("&", "&amp;"),
                  pool.database().isH2() ? "our-h2" : "our-postgresql",
                  pool.size(),
                  pool.database().username(),
                  pool.database().password()));
    }
    String drivers =
        """
        <drivers>
          <driver name="our-h2" module="backstop.drivers">
            <driver-class>org.h2.Driver</driver-class>
          </driver>
          <driver name="our-postgresql" module="backstop.drivers">
            <driver-class>org.postgresql.Driver</driver-class>
          </driver>
        """;
    Files.writeString(
        file,
        Files.readString(file)
            .replace("scan-interval=\"5000\"", "scan-interval=\"250\"")
            .replace("<datasources>", sources)
            .replace("<drivers>", drivers));
  }

  private static void installDrivers(Path module) throws IOException {
    Files.createDirectories(module);
    StringBuilder resources = new StringBuilder();
    for (String each : Libraries.DRIVERS) {
      Path jar = Libraries.jarOf(each);
      Files.copy(jar, module.resolve(jar.getFileName()));
      resources.append("<resource-root path=\"%s\"/>".formatted(jar.getFileName()));
    }
    Files.writeString(
        module.resolve("module.xml"),
        """
        <module xmlns="urn:jboss:module:1.9" name="backstop.drivers">
          <resources>%s</resources>
          <dependencies>
            <module name="java.se"/>
            <module name="jakarta.transaction.api"/>
          </dependencies>
        </module>
        """
            .formatted(resources));
  }

  @Override
  public String jndiName(String pool) {
    return "java:/jdbc/" + pool;
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
