package dev.backstop.examples.feedreader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Policy;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class FeedSourceTest {
  private final BundledFeed feed = BundledFeed.all().get(0);
  private final FeedSource source = new FeedSource();
  private Backstop backstop;
  private BackedCache<String, Feed> cache;
  private FeedServer server;

  @BeforeEach
  void start() throws IOException {
    backstop = Backstop.builder().jdbcUrl("jdbc:h2:mem:" + UUID.randomUUID()).build();
    cache = backstop.cache(CacheSpec.of("feeds", String.class, Feed.class));
    server = new FeedServer(BundledFeed.all());
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
    backstop.close();
  }

  /** Reads it from the source, whatever is known of it. */
  private Feed read(URI uri) throws Exception {
    cache.expire(uri.toString());
    return cache.getWith(
        uri.toString(),
        context -> source.read(uri, context),
        Policy.unset().standInOn(any -> false));
  }

  @Test
  void aWellServerIsRead() throws Exception {
    for (BundledFeed bundled : BundledFeed.all()) {
      assertThat(read(server.uri(bundled)).items()).isNotEmpty();
    }
    assertThat(source.asked()).isEqualTo(3);
    assertThat(source.answered()).isEqualTo(3);
  }

  @Test
  void publishedNewsAreRead() throws Exception {
    server.publish(feed);

    assertThat(read(server.uri(feed)).headline()).startsWith("Ferry in at ");
  }

  @Test
  void whatHasNotChangedIsNotSentAgain() throws Exception {
    Feed first = read(server.uri(feed));

    assertThat(read(server.uri(feed))).isEqualTo(first);
    assertThat(source.asked()).isEqualTo(2);
    assertThat(source.answered()).isEqualTo(2);
    assertThat(source.unchanged()).isEqualTo(1);

    server.publish(feed);

    assertThat(read(server.uri(feed)).headline()).startsWith("Ferry in at ");
    assertThat(source.unchanged()).isEqualTo(1);
    assertThat(read(server.uri(feed)).headline()).startsWith("Ferry in at ");
    assertThat(source.unchanged()).isEqualTo(2);
  }

  @Test
  void aFailureForgetsNothingThatIsKnown() throws Exception {
    read(server.uri(feed));
    server.turn(Mood.ANSWERS_GARBAGE);
    assertThatThrownBy(() -> read(server.uri(feed))).isInstanceOf(IOException.class);
    server.turn(Mood.WELL);

    read(server.uri(feed));

    assertThat(source.unchanged()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "If-None-Match, *, 304",
    "If-None-Match, '\"another\"', 200",
    "If-Modified-Since, 'Thu, 01 Jan 2099 00:00:00 GMT', 304",
    "If-Modified-Since, 'Thu, 01 Jan 1998 00:00:00 GMT', 200",
    "If-Modified-Since, yesterday, 200",
    "Accept, */*, 200"
  })
  void theServerAnswersConditionalRequests(String header, String value, int status)
      throws Exception {
    HttpRequest request = HttpRequest.newBuilder(server.uri(feed)).header(header, value).build();
    HttpResponse<String> response =
        HttpClient.newHttpClient().send(request, BodyHandlers.ofString());

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body().isEmpty()).isEqualTo(status == 304);
    assertThat(response.headers().firstValue("ETag")).isPresent();
    assertThat(response.headers().firstValue("Last-Modified")).isPresent();
  }

  @Test
  void aDeadServerRefuses() {
    server.close();

    assertThatThrownBy(() -> read(server.uri(feed)))
        .isInstanceOf(ConnectException.class)
        .hasMessage("no connection");
    assertThat(source.answered()).isZero();
  }

  @Test
  void itComesBackOnItsPort() throws Exception {
    URI before = server.uri(feed);
    server.close();
    server.start();

    assertThat(server.uri(feed)).isEqualTo(before);
    assertThat(read(before).items()).isNotEmpty();
  }

  @Test
  void anErrorIsAFailureThatNamesTheStatus() {
    server.turn(Mood.ANSWERS_500);

    assertThatThrownBy(() -> read(server.uri(feed)))
        .isInstanceOf(IOException.class)
        .hasMessage("HTTP 500");
  }

  @Test
  void whatIsNotThereIsAFailureThatNamesTheStatus() {
    assertThatThrownBy(() -> read(server.uri(feed).resolve("/other")))
        .isInstanceOf(IOException.class)
        .hasMessage("HTTP 404");
  }

  @Test
  void garbageIsAFailure() {
    server.turn(Mood.ANSWERS_GARBAGE);

    for (BundledFeed bundled : BundledFeed.all()) {
      assertThatThrownBy(() -> read(server.uri(bundled)))
          .isInstanceOf(IOException.class)
          .hasMessageFindingMatch("^(no feed|broken XML)");
    }
  }
}
