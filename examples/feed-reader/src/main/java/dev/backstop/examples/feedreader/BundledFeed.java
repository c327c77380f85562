package dev.backstop.examples.feedreader;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A feed that comes with the example. Its dates are written relative ({@code {ago 25m}}), and one
 * item is held back until there is {@code {news}}.
 */
public record BundledFeed(String name, String template) {
  private static final Pattern NEWS =
      Pattern.compile("\\s*<!-- news -->.*<!-- /news -->", Pattern.DOTALL);
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final Pattern AGO = Pattern.compile("\\{ago (\\d+)m}");

  /** All of them, in the order in which they are read. */
  public static List<BundledFeed> all() {
    return List.of(load("harbour"), load("tramway"), load("kitchen"));
  }

  private static BundledFeed load(String name) {
    try (InputStream in = BundledFeed.class.getResourceAsStream(name + ".xml")) {
      byte[] bytes = Objects.requireNonNull(in, name + ".xml").readAllBytes();
      return new BundledFeed(name, new String(bytes, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The document, with its dates counted back from {@code from}; without the news while null. */
  String edition(Instant from, @Nullable Instant news) {
    String text = news == null ? NEWS.matcher(template).replaceAll("") : template;
    text =
        AGO.matcher(text)
            .replaceAll(ago -> date(from.minus(Duration.ofMinutes(Long.parseLong(ago.group(1))))));
    return news == null
        ? text
        : text.replace("{news}", date(news))
            .replace("{time}", TIME.format(news.atZone(ZoneId.systemDefault())));
  }

  private String date(Instant at) {
    boolean atom = template.contains("<feed ");
    return (atom ? DateTimeFormatter.ISO_OFFSET_DATE_TIME : DateTimeFormatter.RFC_1123_DATE_TIME)
        .format(at.atOffset(ZoneOffset.UTC));
  }
}
