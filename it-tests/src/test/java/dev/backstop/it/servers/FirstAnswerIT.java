package dev.backstop.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who follows the page on Jakarta EE to the letter gets the answers that it shows. */
@Tag("server")
@Timeout(
    180) // a server's start takes 40 seconds where much else is going on, and one is started twice
class FirstAnswerIT {
  private static final Path PAGE = Path.of("../docs/jakarta-ee.md");
  private static final Duration LIMIT = Duration.ofSeconds(80);
  private static final long PAUSE_NANOS = 50_000_000;
  private static final String WAR = "target/feeds.war";
  private static final String OUR_JAVA = System.getProperty("java.home");

  private static Page page;
  private static PageRun project;

  @BeforeAll
  static void buildTheWar() throws Exception {
    page = Page.read(PAGE);
    project = new PageRun(page, "project", 8080).java(OUR_JAVA, Maven.bin());
    Maven.prepare(project.directory());
    assertThat(project.type(page.commands("war"))).contains("BUILD SUCCESS");
  }

  /** What of Ehcache's is excluded in our POM stays out, and no provider comes with us. */
  @Test
  void warHasWhatItNeedsAndNoMore() throws Exception {
    try (ZipFile war = new ZipFile(project.directory().resolve(WAR).toFile())) {
      assertThat(war.stream().map(ZipEntry::getName).filter(name -> name.endsWith(".jar")))
          .extracting(name -> name.replaceAll("WEB-INF/lib/(.*?)-\\d.*", "$1"))
          .containsExactlyInAnyOrder(
              "backstop",
              "cache-api",
              "ehcache",
              "flyway-core",
              "flyway-database-cockroachdb",
              "flyway-database-postgresql",
              "h2",
              "HikariCP",
              "jackson-annotations",
              "jackson-core",
              "jackson-databind",
              "jspecify",
              "slf4j-api");
    }
  }

  @Test
  void onWildFly() throws Exception {
    int[] ports = Ports.free(4);
    PageRun run = new PageRun(page, "wildfly", ports[0]).take(project, WAR).java(OUR_JAVA);
    run.unpacked("wildfly", "wildfly-" + Pom.property("wildfly.version"));
    String[] arguments = {
      "-Djboss.http.port=" + ports[0],
      "-Djboss.https.port=" + ports[1],
      "-Djboss.management.http.port=" + ports[2],
      "-Djboss.management.https.port=" + ports[3]
    };
    answers(run, run.start("wildfly", arguments));
    ServerProcess again = run.startAgain("wildfly", arguments);
    try {
      firstAnswer(run, again, "restarted");
    } finally {
      again.stop();
    }
  }

  @Test
  void onPayaraMicro() throws Exception {
    int[] ports = Ports.free(2);
    PageRun run = new PageRun(page, "payara", ports[0]).take(project, WAR).java(OUR_JAVA);
    run.unpacked("payara-micro.jar", "payara-micro-" + Pom.property("payara.version") + ".jar");
    Files.writeString(
        run.directory().resolve("loopback"),
        "set configs.config.server-config.network-config.network-listeners"
            + ".network-listener.http-listener.address=127.0.0.1\n");
    answers(
        run,
        run.start(
            "payara",
            "--port",
            Integer.toString(ports[0]),
            "--startport",
            Integer.toString(ports[1]),
            "--interfaces",
            "127.0.0.1",
            "--prebootcommandfile",
            "loopback"));
  }

  @Test
  @Tag("java25")
  void onOpenLiberty() throws Exception {
    PageRun run = new PageRun(page, "liberty", Ports.free(1)[0]).take(project, WAR);
    run.java(Java25.home()).unpacked("wlp", "wlp");
    answers(run, run.start("liberty"));
  }

  @Test
  @Tag("java25")
  @Tag("glassfish")
  void onGlassFish() throws Exception {
    PageRun run = new PageRun(page, "glassfish", Ports.free(1)[0]).take(project, WAR);
    run.java(Java25.home()).with("AS_JAVA", Java25.home()).unpacked("glassfish8", "glassfish8");
    Path domain = run.directory().resolve("glassfish8/glassfish/domains/domain1/config/domain.xml");
    Files.writeString(domain, onFreePorts(Files.readString(domain), run.port()));
    answers(run, run.start("glassfish"));
  }

  private static String onFreePorts(String domain, int port) throws IOException {
    String moved =
        domain
            .replace("address=\"0.0.0.0\"", "address=\"127.0.0.1\"")
            .replace("<network-listener port=", "<network-listener address=\"127.0.0.1\" port=");
    moved = moved.replace("port=\"8080\"", "port=\"" + port + "\"");
    for (String other : new String[] {"8181", "4848", "3700", "3820", "3920", "8686", "7676"}) {
      moved = moved.replace("\"" + other + "\"", "\"" + Ports.free(1)[0] + "\"");
    }
    return moved;
  }

  private static void answers(PageRun run, ServerProcess server) throws IOException {
    try {
      firstAnswer(run, server, "first");
      for (Map.Entry<String, String> next : page.answers("next").entrySet()) {
        ask(run, server, next.getKey(), got -> got.body().strip().equals(next.getValue()));
      }
    } finally {
      server.stop();
    }
  }

  /** Nobody has asked before, and what it says is what it says at once. */
  private static void firstAnswer(PageRun run, ServerProcess server, String block)
      throws IOException {
    for (Map.Entry<String, String> first : page.answers(block).entrySet()) {
      Http.Answer answer = ask(run, server, first.getKey(), any -> true);
      assertThat(answer.body().strip()).isEqualTo(first.getValue());
    }
  }

  /** Asks until the application answers, and so. */
  private static Http.Answer ask(
      PageRun run, ServerProcess server, String address, Predicate<Http.Answer> isAwaited)
      throws IOException {
    URI uri = URI.create(Page.onPort(address, run.port()));
    long end = System.nanoTime() + LIMIT.toNanos();
    String last = "nothing";
    while (server.isAlive() && System.nanoTime() - end < 0) {
      try {
        Http.Answer answer = Http.get(uri);
        if (answer.status() == 200 && isAwaited.test(answer)) {
          return answer;
        }
        last = answer.toString();
        if (answer.status() == 500) {
          break; // it is there, and broken
        }
      } catch (IOException notYet) {
        last = notYet.toString();
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    throw new AssertionError(uri + " answered " + last + "\n" + server.printed());
  }
}
