package dev.backstop.examples.feedreader;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the command line says.
 *
 * @param feeds the feeds to read; none for the demonstration
 * @param backups the folder of the H2 file
 */
record Options(List<URI> feeds, Path backups) {
  /**
   * @throws IllegalArgumentException if an argument is not the address of a feed; the message names
   *     it
   */
  static Options of(String[] arguments, String backups) {
    return new Options(
        Stream.of(arguments).map(Options::feed).distinct().toList(),
        Path.of(backups).toAbsolutePath().normalize());
  }

  private static URI feed(String argument) {
    try {
      URI uri = new URI(argument);
      if (uri.getHost() != null && List.of("http", "https").contains(uri.getScheme())) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("Not the address of a feed: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException(
        "Not the address of a feed (http://... or https://...): " + argument);
  }

  /** How wide the column of the feeds' names is. */
  int nameWidth() {
    int longest =
        feeds.stream().mapToInt(uri -> Subscription.to(uri).name().length()).max().orElse(7);
    return Math.min(16, longest);
  }

  /** The folder as people would type it. */
  String folder() {
    Path here = Path.of("").toAbsolutePath();
    return (backups.startsWith(here) ? here.relativize(backups) : backups).toString();
  }

  /** The database file, by the URL that every reader of it needs. */
  String jdbcUrl() {
    return "jdbc:h2:file:" + backups.resolve("feeds");
  }
}
