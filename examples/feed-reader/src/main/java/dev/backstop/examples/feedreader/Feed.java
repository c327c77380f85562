package dev.backstop.examples.feedreader;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One feed as it was read: what Backstop caches, and what a backup holds as JSON.
 *
 * @param items newest first, at least one
 */
public record Feed(String title, List<Item> items) {
  public Feed {
    items = List.copyOf(items);
  }

  /** The headline of the newest item. */
  public String headline() {
    return items.get(0).title();
  }

  /** One item; its published date is null where the feed gives none that can be read. */
  public record Item(String title, String link, @Nullable Instant published) {}
}
