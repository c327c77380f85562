package dev.backstop.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.backstop.BackedCache;
import dev.backstop.cdi.CacheName;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Inject;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.spi.ConfigProviderResolver;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The messages that the page about Jakarta EE shows are those that deployments fail with. */
class FailingDeploymentsTest {
  private static final Path PAGE = Path.of("../docs/jakarta-ee.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\|");
  private static final Map<String, String> H2 =
      Map.of("backstop.jdbc-url", "jdbc:h2:mem:failing;DB_CLOSE_DELAY=-1");

  record Feed(String title) {}

  @Entity
  static class Row {
    @Id long id;
  }

  static class FeedReader {
    @Inject
    @CacheName("feeds")
    BackedCache<String, Feed> feeds;
  }

  static class Unnamed {
    static class FeedReader {
      @Inject BackedCache<String, Feed> feeds;
    }
  }

  @SuppressWarnings("rawtypes")
  static class Raw {
    static class FeedReader {
      @Inject
      @CacheName("feeds")
      BackedCache feeds;
    }
  }

  static class FeedCounter {
    @Inject
    @CacheName("feeds")
    BackedCache<String, Integer> counts;
  }

  static class RowReader {
    @Inject
    @CacheName("rows")
    BackedCache<Long, Row> rows;
  }

  static List<Arguments> deployments() {
    return List.of(
        Arguments.of(Map.of(), List.of(FeedReader.class)),
        Arguments.of(
            Map.of("backstop.jdbc-url", "jdbc:h2:./backups", "backstop.data-source", "java:app/x"),
            List.of(FeedReader.class)),
        Arguments.of(
            Map.of("backstop.data-source", "java:app/jdbc/backups"), List.of(FeedReader.class)),
        Arguments.of(H2, List.of(Unnamed.FeedReader.class)),
        Arguments.of(H2, List.of(Raw.FeedReader.class)),
        Arguments.of(H2, List.of(FeedReader.class, FeedCounter.class)),
        Arguments.of(H2, List.of(RowReader.class)),
        Arguments.of(
            Map.of(
                "backstop.jdbc-url",
                "jdbc:h2:mem:failing",
                "backstop.cache.feeds.ttl",
                "5 minutes"),
            List.of(FeedReader.class)));
  }

  @ParameterizedTest
  @MethodSource("deployments")
  void theMessage_isOnThePage(Map<String, String> settings, List<Class<?>> beans) throws Exception {
    String said = said(settings, beans);
    List<String> shown = shown();
    assertThat(shown).hasSameSizeAs(deployments());
    assertThat(shown.stream().filter(row -> pattern(row).matcher(said).find())).as(said).hasSize(1);
  }

  private static List<String> shown() throws Exception {
    String page = Files.readString(PAGE);
    int begin = page.indexOf("## What a failing deployment says\n");
    Matcher row = ROW.matcher(page.substring(begin, page.indexOf("\n## ", begin)));
    return row.results().map(result -> result.group(1)).toList();
  }

  private static Pattern pattern(String row) {
    return Pattern.compile(Pattern.quote(row).replace("…", "\\E.*\\Q"));
  }

  /** As if the classes here were those of the page. */
  private static String said(Map<String, String> settings, List<Class<?>> beans) {
    settings.forEach(System::setProperty);
    try {
      ConfigProviderResolver configs = ConfigProviderResolver.instance();
      configs.releaseConfig(configs.getConfig()); // it lists the names that it began with
      Throwable failure =
          catchThrowable(
              () ->
                  SeContainerInitializer.newInstance()
                      .addBeanClasses(beans.toArray(Class<?>[]::new))
                      .initialize()
                      .close());
      assertThat(failure).isNotNull();
      StringWriter text = new StringWriter();
      failure.printStackTrace(new PrintWriter(text));
      return text.toString()
          .replaceAll("dev\\.backstop\\.docs\\.FailingDeploymentsTest\\$(\\w+\\$)?", "feeds.");
    } finally {
      settings.keySet().forEach(System::clearProperty);
    }
  }
}
