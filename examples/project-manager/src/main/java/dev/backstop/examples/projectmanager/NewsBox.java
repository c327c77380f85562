package dev.backstop.examples.projectmanager;

import dev.backstop.BackedCache;
import dev.backstop.Entry;
import dev.backstop.Policy;
import dev.backstop.cdi.CacheName;
import dev.backstop.examples.feedreader.BundledFeed;
import dev.backstop.examples.feedreader.Feed;
import dev.backstop.examples.feedreader.FeedSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The news beside the projects, read by the feed reader's code through a cache of their own. */
@ApplicationScoped
class NewsBox {
  private static final System.Logger LOG = System.getLogger(NewsBox.class.getName());
  private static final Policy POLICY =
      Policy.ttl(Duration.ofMinutes(5)).hardTimeout(Duration.ofSeconds(3));

  @Inject
  @CacheName("news")
  BackedCache<String, Feed> feeds;

  @Inject NewsServer server;

  private final FeedSource source = new FeedSource();

  /** What there is; a feed that neither source nor backup has is left out. */
  List<Entry<Feed>> read() {
    List<Entry<Feed>> read = new ArrayList<>();
    for (BundledFeed feed : server.feeds()) {
      try {
        read.add(
            feeds.entryWith(
                feed.name(), context -> source.read(server.uri(feed), context), POLICY));
      } catch (Exception nothingStandsIn) {
        LOG.log(System.Logger.Level.INFO, "No news of " + feed.name(), nothingStandsIn);
      }
    }
    return read;
  }
}
