package dev.backstop.it.conformance.caches;

import dev.backstop.BackedCache;
import dev.backstop.Entry;
import dev.backstop.Loader;
import dev.backstop.Policy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value of what a codec must bear: records in records, generics, dates. */
public record Feed(String title, Instant read, List<Item> items) {
  /** A part of it. */
  public record Item(String title, LocalDate day) {}

  /** One of that title. */
  public static Feed of(String title) {
    Instant read = Instant.parse("2026-02-03T04:05:06.123456Z");
    return new Feed(title, read, List.of(new Item(title + " today", LocalDate.of(2026, 2, 3))));
  }

  /** Gets one, from a source that has that title, or is down; says what it was. */
  public static String get(BackedCache<String, Feed> feeds, String key, @Nullable String title) {
    Loader<Feed, IOException> loader =
        () -> {
          if (title == null) {
            throw new IOException("the source is down");
          }
          return of(title);
        };
    try {
      Entry<Feed> entry = feeds.entry(key, loader, Policy.ttl(Duration.ofMinutes(5)));
      boolean isWhole = entry.value().equals(of(entry.value().title()));
      return entry.origin() + " " + entry.value().title() + (isWhole ? "" : ", damaged");
    } catch (IOException failure) {
      return "IOException: " + failure.getMessage();
    }
  }
}
