package dev.backstop.it.servers;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Payara Micro, on the Java of the tests. It deploys at its start, and then no more. */
final class PayaraMicro extends ProcessServer {
  private final int[] ports;

  PayaraMicro() throws IOException {
    this(Ports.free(2));
  }

  private PayaraMicro(int[] ports) throws IOException {
    super("payara", ports[0]);
    this.ports = ports;
  }

  @Override
  ServerProcess launch(War... wars) throws IOException {
    Path root = Files.createDirectory(directory.resolve("root"));
    Path applications = Files.createDirectory(directory.resolve("applications"));
    Path before = directory.resolve("preboot.asadmin");
    Files.writeString(
        before,
        "set configs.config.server-config.network-config.network-listeners"
            + ".network-listener.http-listener.address=127.0.0.1\n");
    Path afterwards = directory.resolve("postboot.asadmin");
    Files.writeString(afterwards, String.join("\n", pools().stream().map(this::commands).toList()));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                "-Djava.awt.headless=true",
                "-jar",
                RunDirectory.unpacked("payara-micro.jar").toString(),
                "--nocluster",
                "--interfaces",
                "127.0.0.1",
                "--startport",
                Integer.toString(ports[1]),
                "--port",
                Integer.toString(ports[0]),
                "--prebootcommandfile",
                before.toString(),
                "--postbootcommandfile",
                afterwards.toString(),
                "--addlibs",
                Stream.of(Libraries.DRIVERS)
                    .map(each -> Libraries.jarOf(each).toString())
                    .collect(Collectors.joining(File.pathSeparator)),
                "--rootdir",
                root.toString()));
    for (War war : wars) {
      command.addAll(List.of("--deploy", war.writeTo(applications).toString()));
    }
    return ServerProcess.start(directory, environment(), command);
  }

  private String commands(ServerPool pool) {
    String url = pool.database().url().replace(":", "\\:").replace("=", "\\=");
    return """
        create-jdbc-connection-pool --datasourceclassname=%s --restype=javax.sql.DataSource \
        --steadypoolsize=0 --maxpoolsize=%d --maxwait=2000 \
        --property="user=%s:password=%s:url=%s" %s
        create-jdbc-resource --connectionpoolid=%s %s
        """
        .formatted(
            pool.database().dataSourceClass(),
            pool.size(),
            pool.database().username(),
            pool.database().password(),
            url,
            pool.name(),
            pool.name(),
            jndiName(pool.name()));
  }

  @Override
  public void deploy(War war) {
    throw new UnsupportedOperationException("Payara Micro deploys at its start");
  }

  @Override
  public void undeploy(String name) {
    throw new UnsupportedOperationException("Payara Micro deploys at its start");
  }
}
