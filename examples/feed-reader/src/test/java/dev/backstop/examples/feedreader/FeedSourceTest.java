package dev.backstop.examples.feedreader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FeedSourceTest {
  private final BundledFeed feed = BundledFeed.all().get(0);
  private final FeedSource source = new FeedSource();
  private FeedServer server;

  @BeforeEach
  void start() throws IOException {
    server = new FeedServer(BundledFeed.all());
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aWellServerIsRead() throws Exception {
    for (BundledFeed bundled : BundledFeed.all()) {
      assertThat(source.read(server.uri(bundled)).items()).isNotEmpty();
    }
    assertThat(source.asked()).isEqualTo(3);
    assertThat(source.answered()).isEqualTo(3);
  }

  @Test
  void publishedNewsAreRead() throws Exception {
    server.publish(feed);

    assertThat(source.read(server.uri(feed)).headline()).startsWith("Ferry in at ");
  }

  @Test
  void aDeadServerRefuses() {
    server.close();

    assertThatThrownBy(() -> source.read(server.uri(feed)))
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
    assertThat(source.read(before).items()).isNotEmpty();
  }

  @Test
  void anErrorIsAFailureThatNamesTheStatus() {
    server.turn(Mood.ANSWERS_500);

    assertThatThrownBy(() -> source.read(server.uri(feed)))
        .isInstanceOf(IOException.class)
        .hasMessage("HTTP 500");
  }

  @Test
  void whatIsNotThereIsAFailureThatNamesTheStatus() {
    assertThatThrownBy(() -> source.read(server.uri(feed).resolve("/other")))
        .isInstanceOf(IOException.class)
        .hasMessage("HTTP 404");
  }

  @Test
  void garbageIsAFailure() {
    server.turn(Mood.ANSWERS_GARBAGE);

    for (BundledFeed bundled : BundledFeed.all()) {
      assertThatThrownBy(() -> source.read(server.uri(bundled)))
          .isInstanceOf(IOException.class)
          .hasMessageFindingMatch("^(no feed|broken XML)");
    }
  }
}
