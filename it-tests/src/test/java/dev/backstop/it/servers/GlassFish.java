package dev.backstop.it.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** GlassFish, on Java 25. */
final class GlassFish extends ProcessServer {
  private static final String DOMAIN = "domain1";

  private final Path home = RunDirectory.unpacked("glassfish8/glassfish");
  private final Path domain = directory.resolve(DOMAIN);
  private final Path deployments = domain.resolve("autodeploy");
  private final int[] ports;

  GlassFish() throws IOException {
    this(Ports.free(9));
  }

  private GlassFish(int[] ports) throws IOException {
    super("glassfish", ports[0]);
    this.ports = ports;
  }

  @Override
  ServerProcess launch(War... wars) throws IOException {
    RunDirectory.copy(home.resolve("domains").resolve(DOMAIN), domain);
    configure(domain.resolve("config/domain.xml"));
    for (String each : Libraries.DRIVERS) {
      Path jar = Libraries.jarOf(each);
      Files.copy(jar, domain.resolve("lib").resolve(jar.getFileName()));
    }
    Files.createDirectories(deployments);
    for (War war : wars) {
      war.writeTo(deployments);
    }
    return ServerProcess.start(
        directory,
        environment("JAVA_HOME", Java25.home(), "AS_JAVA", Java25.home()),
        List.of(
            home.resolve("bin/asadmin").toString(),
            "start-domain",
            "--verbose",
            "--domaindir",
            directory.toString(),
            DOMAIN));
  }

  private void configure(Path file) throws IOException {
    String configuration = Files.readString(file);
    String[] defaults = {"8080", "8181", "4848", "3700", "3820", "3920", "8686", "7676", "6666"};
    for (int i = 0; i < defaults.length; i++) {
      configuration =
          configuration
              .replace("port=\"" + defaults[i] + "\"", "port=\"" + ports[i] + "\"")
              .replace("value=\"" + defaults[i] + "\"", "value=\"" + ports[i] + "\"")
              .replace("telnet.port=" + defaults[i], "telnet.port=" + ports[i]);
    }
    StringBuilder pools = new StringBuilder();
    StringBuilder references = new StringBuilder();
    for (ServerPool pool : pools()) {
      pools.append(
          """
          <jdbc-connection-pool name="%s" datasource-classname="%s" res-type="javax.sql.DataSource"
              steady-pool-size="0" max-pool-size="%d" max-wait-time-in-millis="2000">
            <property name="user" value="%s"/>
            <property name="password" value="%s"/>
            <property name="url" value="%s"/>
          </jdbc-connection-pool>
          <jdbc-resource pool-name="%s" jndi-name="%s"/>
          """
              .formatted(
                  pool.name(),
                  pool.database().dataSourceClass(),
                  pool.size(),
                  pool.database().username(),
                  pool.database().password(),
                  pool.database().url().replace("&", "&amp;"),
                  pool.name(),
                  jndiName(pool.name())));
      references.append("<resource-ref ref=\"%s\"/>".formatted(jndiName(pool.name())));
    }
    Files.writeString(
        file,
        configuration
            .replace("address=\"0.0.0.0\"", "address=\"127.0.0.1\"")
            .replace("<network-listener port=", "<network-listener address=\"127.0.0.1\" port=")
            .replace("-Xmx512m", "-Xmx768m")
            .replace("</resources>", pools + "</resources>")
            .replaceFirst("(<server [^>]*>)", "$1" + references));
  }

  @Override
  public void deploy(War war) throws IOException {
    war.writeTo(deployments);
    awaitAnswer(war);
  }

  @Override
  public void undeploy(String name) throws IOException {
    Files.delete(deployments.resolve(name + ".war"));
    awaitNoAnswer(name);
  }

  @Override
  void checkDeployment(String name) throws IOException {
    if (Files.exists(deployments.resolve(name + ".war_deployFailed"))) {
      throw new AssertionError(name + " was not deployed:\n" + printed());
    }
  }
}
