package dev.backstop.examples.feedreader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeedParserTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private final FeedParser parser = new FeedParser(HttpClient.newHttpClient());

  @ParameterizedTest
  @CsvSource({
    "harbour, Harbour Ledger, Night ferry runs again, https://harbour.example/night-ferry, 25, 3",
    "tramway, Tramway Notices, Line 4 skips Mill Lane,"
        + " https://tramway.example/notices/line-4-mill-lane, 48, 2",
    "kitchen, Kitchen Almanac, 'Quince paste, slowly', https://kitchen.example/quince, 90, 2"
  })
  void aBundledFeedIsRead(
      String name, String title, String headline, String link, int minutes, int items)
      throws IOException {
    Feed feed = parse(bundled(name).edition(NOW, null));

    assertThat(feed.title()).isEqualTo(title);
    assertThat(feed.headline()).isEqualTo(headline);
    assertThat(feed.items()).hasSize(items);
    assertThat(feed.items().get(0))
        .isEqualTo(new Feed.Item(headline, link, NOW.minus(Duration.ofMinutes(minutes))));
    assertThat(feed.items()).allSatisfy(item -> assertThat(item.published()).isBefore(NOW));
  }

  @ParameterizedTest
  @CsvSource({"harbour, Ferry in at ", "tramway, 'Line 4 runs, '", "kitchen, Leek pie at "})
  void newsComeFirst(String name, String headline) throws IOException {
    Feed feed = parse(bundled(name).edition(NOW, NOW));

    assertThat(feed.headline()).startsWith(headline).containsPattern(" \\d\\d:00:00$");
    assertThat(feed.items().get(0).published()).isEqualTo(NOW);
  }

  @Test
  void everyHeadlineFitsBesideAReason() throws IOException {
    for (BundledFeed bundled : BundledFeed.all()) {
      assertThat(parse(bundled.edition(NOW, NOW)).items())
          .allSatisfy(item -> assertThat(item.title()).hasSizeLessThanOrEqualTo(22));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "It works!",
        "\u0000\u0007PK\u0003\u0004",
        "<html><body><h1>It works!</h1></body></html>",
        "<!DOCTYPE html><p>Sorry<br>",
        "<rss version=\"2.0\"><channel><title>Nothing yet</title></channel></rss>",
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Nothing yet</title></feed>"
      })
  void whatIsNoFeedIsAFailure(String document) {
    assertThatThrownBy(() -> parse(document))
        .isInstanceOf(IOException.class)
        .hasMessageFindingMatch("^(no feed|broken XML, line \\d+): ");
  }

  @Test
  void aFeedThatBreaksOffIsAFailureAndNotAShorterFeed() {
    String whole = bundled("harbour").edition(NOW, NOW);
    String half = whole.substring(0, whole.lastIndexOf("<title>"));

    assertThatThrownBy(() -> parse(half))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("broken XML, line ");
  }

  @Test
  void anItemWithoutAReadableDateComesLast() throws IOException {
    Feed feed =
        parse(
            """
            <rss version="2.0"><channel><title>T</title>
            <item><title>undated</title></item>
            <item><title>soon</title><pubDate>the day before the fair</pubDate></item>
            <item><title>dated</title><pubDate>Sun, 22 Nov 2026 09:00:00 GMT</pubDate></item>
            </channel></rss>
            """);

    assertThat(feed.items())
        .extracting(Feed.Item::title)
        .containsExactly("dated", "undated", "soon");
    assertThat(feed.items().get(2).published()).isNull();
  }

  @Test
  void whatAStrangerWroteCannotSteerTheTerminal() throws IOException {
    Feed feed =
        parse(
            "<rss version=\"2.0\"><channel><title>T</title>"
                + "<item><title>one\n two&#x9b;31m</title></item></channel></rss>");

    assertThat(feed.headline()).isEqualTo("one two 31m");
  }

  @Test
  void anEntityDoesNotReadAFile() {
    String document =
        "<!DOCTYPE rss [<!ENTITY f SYSTEM \"file:///etc/hostname\">]>"
            + "<rss version=\"2.0\"><channel><item><title>&f;</title></item></channel></rss>";

    assertThatThrownBy(() -> parse(document)).isInstanceOf(IOException.class);
  }

  private Feed parse(String document) throws IOException {
    return parser.parse(document.getBytes(StandardCharsets.UTF_8));
  }

  private static BundledFeed bundled(String name) {
    List<BundledFeed> all = BundledFeed.all();
    return all.stream().filter(feed -> feed.name().equals(name)).findFirst().orElseThrow();
  }
}
