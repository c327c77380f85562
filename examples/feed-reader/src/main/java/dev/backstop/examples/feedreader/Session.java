package dev.backstop.examples.feedreader;

import dev.backstop.Backstop;
import dev.backstop.BackstopException;
import dev.backstop.CacheSpec;
import dev.backstop.Policy;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One start of the feed reader, from opening the backups to closing them. Closes them as well when
 * the process is told to end in between.
 */
final class Session {
  private static final Duration ROUND = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Options options;
  private final Pace pace;
  private final Report report;
  private volatile @Nullable Backstop open;

  Session(Options options, Pace pace, Report report) {
    this.options = options;
    this.pace = pace;
    this.report = report;
  }

  /** Runs it and returns the exit status. */
  int run() throws IOException, InterruptedException, SQLException {
    Thread hook = new Thread(this::interrupted, "feed-reader-interrupted");
    Runtime.getRuntime().addShutdownHook(hook);
    try (Backstop backstop = open()) {
      open = backstop;
      return read(backstop);
    } catch (BackstopException e) {
      report.text("The backups cannot be opened: " + rootMessage(e));
      return 1;
    } catch (IOException | SQLException | RuntimeException e) {
      if (report.isSilent()) {
        return 0; // the backups were closed under it, because the process ends
      }
      throw e;
    } finally {
      forget(hook);
    }
  }

  /** What the driver said. */
  private static String rootMessage(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null ? String.valueOf(failure.getMessage()) : rootMessage(cause);
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) { // then the hook runs, and that is well
      return;
    }
  }

  private Backstop open() {
    return pace.over(Backstop.builder()).jdbcUrl(options.jdbcUrl()).failFast(true).build();
  }

  private int read(Backstop backstop) throws IOException, InterruptedException, SQLException {
    boolean demo = options.feeds().isEmpty();
    String name = demo ? "bundled-feeds" : "feeds";
    SqlView sql = new SqlView(options.jdbcUrl());
    FeedSource source = new FeedSource();
    Reader reader =
        new Reader(
            backstop.cache(CacheSpec.of(name, String.class, Feed.class).ttl(pace.ttl())),
            source,
            report,
            pace);
    report.title("Backstop feed reader", "backups in " + options.folder());
    if (demo) {
      new Demo(reader, report, pace).run(sql.holds(name));
    } else {
      readAddresses(reader);
    }
    sql.show(report);
    List<String> summary = new ArrayList<>(reader.summary());
    summary.add(
        demo
            ? "Start it again: these backups stand in before the source is up."
            : "Start it again without the network: these backups stand in.");
    report.text(summary.toArray(String[]::new));
    return reader.anyAnswered() ? 0 : 1;
  }

  private void readAddresses(Reader reader) throws InterruptedException {
    List<Subscription> feeds = options.feeds().stream().map(Subscription::to).toList();
    Policy policy = Policy.unset().hardTimeout(PATIENCE);
    report.chapter(1, "Read");
    reader.poll(feeds, policy);
    pace.pause(ROUND);
    report.chapter(2, "Read again, within the ttl of " + Words.seconds(pace.ttl()));
    reader.poll(feeds, policy);
    pace.pause(ROUND);
    report.chapter(3, "Read again, past the ttl");
    reader.poll(feeds, policy);
  }

  private void interrupted() {
    report.fallSilent();
    Backstop backstop = open;
    if (backstop != null) {
      backstop.close();
    }
    report.last("Interrupted. Whatever was answered above is backed up in " + options.folder());
  }
}
