package dev.backstop.examples.feedreader;

import dev.backstop.BackedCache;
import dev.backstop.Entry;
import dev.backstop.Origin;
import dev.backstop.Policy;
import java.util.List;

/** Gets feeds through Backstop, reports each answer, and counts. For one thread. */
final class Reader {
  private final BackedCache<String, Feed> cache;
  private final FeedSource source;
  private final Report report;
  private final Pace pace;
  private int gets;
  private int answered;
  private int stoodIn;

  Reader(BackedCache<String, Feed> cache, FeedSource source, Report report, Pace pace) {
    this.cache = cache;
    this.source = source;
    this.report = report;
    this.pace = pace;
  }

  void poll(List<Subscription> feeds, Policy policy) {
    for (Subscription feed : feeds) {
      get(feed, policy);
    }
  }

  private void get(Subscription feed, Policy policy) {
    gets++;
    try {
      int unchanged = source.unchanged();
      Entry<Feed> entry =
          cache.entryWith(feed.key(), context -> source.read(feed.uri().get(), context), policy);
      answered++;
      stoodIn += entry.origin() == Origin.STAND_IN ? 1 : 0;
      boolean isUnchanged = entry.origin() == Origin.SOURCE && source.unchanged() > unchanged;
      report.get(GetLine.answered(feed.name(), entry, isUnchanged, pace.now()));
    } catch (Exception e) { // the loader's own: nothing could stand in
      report.get(GetLine.unanswered(feed.name(), e, pace.now()));
    }
  }

  /** Whether any get was answered. */
  boolean anyAnswered() {
    return answered > 0;
  }

  /** What was seen, in one sentence each. */
  List<String> summary() {
    return List.of(
        gets + " gets, " + answered + " answered, " + stoodIn + " of them by a stand-in.",
        "The source was asked "
            + source.asked()
            + " times and answered "
            + source.answered()
            + ", "
            + source.unchanged()
            + " of them by 304 Not Modified.");
  }
}
