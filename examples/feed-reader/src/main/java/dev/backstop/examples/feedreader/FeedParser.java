package dev.backstop.examples.feedreader;

import com.apptasticsoftware.rssreader.Channel;
import com.apptasticsoftware.rssreader.Item;
import com.apptasticsoftware.rssreader.RssReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Feed} of the bytes of an RSS or Atom document. Whatever is not one is a failure:
 * garbage that passed as an empty or a shortened feed would replace a good backup.
 */
final class FeedParser {
  private static final int BEGINNING = 40;
  private static final Comparator<Feed.Item> NEWEST_FIRST =
      Comparator.comparing(
          Feed.Item::published, Comparator.nullsLast(Comparator.<Instant>reverseOrder()));

  private final HttpClient unused; // RssReader makes one of its own unless it is given one

  FeedParser(HttpClient client) {
    this.unused = client;
  }

  Feed parse(byte[] document) throws IOException {
    requireWellFormed(document);
    List<Item> items;
    try (Stream<Item> read = new RssReader(unused).read(new ByteArrayInputStream(document))) {
      items = read.toList();
    }
    if (items.isEmpty()) {
      throw new IOException("no feed: " + beginning(document));
    }
    Channel channel = items.get(0).getChannel();
    return new Feed(
        text(channel == null ? null : channel.getTitle()),
        items.stream().map(FeedParser::item).sorted(NEWEST_FIRST).toList());
  }

  private static Feed.Item item(Item item) {
    return new Feed.Item(
        text(item.getTitle().orElse(null)), text(item.getLink().orElse(null)), published(item));
  }

  private static @Nullable Instant published(Item item) {
    try {
      return item.getPubDateAsZonedDateTime().map(ZonedDateTime::toInstant).orElse(null);
    } catch (DateTimeException | IllegalArgumentException unreadable) {
      return null;
    }
  }

  /** The feed library logs a broken document and returns the items before the break. */
  private static void requireWellFormed(byte[] document) throws IOException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(document));
      while (reader.hasNext()) {
        reader.next();
      }
    } catch (XMLStreamException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNumber();
      throw new IOException("broken XML, line " + line + ": " + beginning(document), e);
    }
  }

  private static String beginning(byte[] document) {
    int length = Math.min(document.length, BEGINNING);
    return text(new String(document, 0, length, StandardCharsets.UTF_8));
  }

  /** One line that can be printed, whatever a stranger wrote. */
  private static String text(@Nullable String text) {
    return text == null ? "" : text.replaceAll("[\\p{Cc}\\s]+", " ").strip();
  }
}
