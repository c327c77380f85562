package dev.backstop.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.it.PostgresDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** Everything that must hold on each server, which is started once for it. */
@Tag("server")
@TestInstance(Lifecycle.PER_CLASS)
abstract class ServerChecks
    implements CacheChecks, TransactionChecks, AnnotationChecks, NotedChecks, HostChecks {
  private final List<AutoCloseable> open = new ArrayList<>();
  private AppServer server;

  abstract AppServer create() throws Exception;

  @BeforeAll
  @Timeout(value = 5, unit = TimeUnit.MINUTES) // a busy machine may take minutes
  void startServer() throws Exception {
    Path h2 = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "servers-h2-");
    PostgresDatabase postgres = PostgresDatabase.create();
    open.add(postgres);
    server = create();
    open.add(0, server);
    server.define(
        new ServerPool("h2", Database.h2(h2.resolve("pool")), 4),
        new ServerPool("postgresql", Database.of(postgres), 4),
        new ServerPool("tight", Database.of(postgres), 2));
    List<War> wars = new ArrayList<>();
    wars.add(new War("json").part("json").part("probe"));
    for (Application each : Application.values()) {
      Database database =
          each.isOnH2() ? Database.h2(h2.resolve(each.path())) : Database.of(postgres);
      wars.add(each.war(database, server));
    }
    server.start(wars.toArray(War[]::new));
  }

  @AfterAll
  void stopServer() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  final AppServer server() {
    return server;
  }

  @Override
  public String jndiName(Application application) {
    return server.jndiName(application.pool());
  }

  @Override
  public String ask(String application, String path, String... parameters) throws IOException {
    StringBuilder query = new StringBuilder(path);
    for (int i = 0; i < parameters.length; i += 2) {
      query
          .append(i == 0 ? '?' : '&')
          .append(parameters[i])
          .append('=')
          .append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
    }
    URI address = server.address(application).resolve(query.toString());
    Http.Answer answer = Http.get(address);
    assertThat(answer.status()).as(address + " answered " + answer.body()).isEqualTo(200);
    return answer.body();
  }
}
