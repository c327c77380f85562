package dev.backstop.examples.feedreader;

import dev.backstop.Policy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The demonstration: the source of three feeds dies in every way it can, and comes back. */
final class Demo {
  private final Reader reader;
  private final Report report;
  private final Pace pace;
  private final List<BundledFeed> bundled = BundledFeed.all();
  private final Policy policy;

  Demo(Reader reader, Report report, Pace pace) {
    this.reader = reader;
    this.report = report;
    this.pace = pace;
    this.policy = Policy.unset().hardTimeout(pace.hardTimeout());
  }

  /**
   * Runs it.
   *
   * @param later whether there are backups of an earlier run
   */
  void run(boolean later) throws IOException, InterruptedException {
    try (FeedServer server = new FeedServer(bundled)) {
      List<Subscription> feeds =
          bundled.stream()
              .map(f -> new Subscription(f.name(), f.name(), () -> server.uri(f)))
              .toList();
      if (later) {
        lastRun(feeds);
      }
      well(server, feeds);
      dies(server, feeds);
      hangs(server, feeds);
      talksNonsense(server, feeds);
      comesBack(server, feeds);
    }
  }

  private void lastRun(List<Subscription> feeds) throws InterruptedException {
    report.chapter(
        0,
        "A new process, the source still down",
        "Nothing in memory, nobody listening: the backups of the last run stand in.");
    poll(feeds, policy);
    pause(0.6);
  }

  private void well(FeedServer server, List<Subscription> feeds)
      throws IOException, InterruptedException {
    server.start();
    report.chapter(
        1,
        "The source is well",
        "Loaded once, then fast for the ttl of "
            + Words.seconds(pace.ttl())
            + ", then asked for again: 304 keeps what has not changed.");
    poll(feeds, policy);
    pause(0.5);
    poll(feeds, policy);
    server.publish(bundled.get(0));
    pause(0.6);
    poll(feeds, policy);
  }

  private void dies(FeedServer server, List<Subscription> feeds) throws InterruptedException {
    server.close();
    report.chapter(
        2,
        "The source dies",
        "While a value is fresh nobody notices. Then its backup stands in, and is held for half the ttl.");
    pause(0.4);
    poll(feeds, policy);
    pause(0.7);
    poll(feeds, policy);
    pause(0.2);
    poll(feeds, policy);
  }

  private void hangs(FeedServer server, List<Subscription> feeds)
      throws IOException, InterruptedException {
    server.turn(Mood.HANGS);
    server.start();
    report.chapter(
        3,
        "It accepts, and hangs",
        "First with a hard timeout of "
            + Words.seconds(pace.hardTimeout())
            + ", then with a soft one of "
            + Words.seconds(pace.softTimeout())
            + ".");
    pause(0.5);
    poll(feeds, policy);
    pause(0.6);
    poll(feeds, policy.softTimeout(pace.softTimeout()));
  }

  private void talksNonsense(FeedServer server, List<Subscription> feeds)
      throws InterruptedException {
    server.turn(Mood.ANSWERS_500);
    report.chapter(4, "It answers 500", "A failure like any other.");
    pause(0.6);
    poll(feeds, policy);
    server.turn(Mood.ANSWERS_GARBAGE);
    report.chapter(
        5,
        "It answers garbage",
        "With status 200. The parser refuses it, so no backup is lost to it.");
    pause(0.6);
    poll(feeds, policy);
  }

  private void comesBack(FeedServer server, List<Subscription> feeds) throws InterruptedException {
    bundled.forEach(server::publish);
    server.turn(Mood.WELL);
    report.chapter(6, "It comes back", "With news that was published while it was away.");
    pause(0.6);
    poll(feeds, policy);
    pause(0.3);
    poll(feeds, policy);
  }

  private void poll(List<Subscription> feeds, Policy how) {
    reader.poll(feeds, how);
  }

  private void pause(double ttls) throws InterruptedException {
    pace.pause(Duration.ofMillis(Math.round(pace.ttl().toMillis() * ttls)));
  }
}
