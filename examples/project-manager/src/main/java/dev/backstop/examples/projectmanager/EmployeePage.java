package dev.backstop.examples.projectmanager;

import dev.backstop.Entry;
import dev.backstop.examples.feedreader.Feed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What the page of an employee shows. */
public record EmployeePage(
    Employee employee,
    List<Card> cards,
    Source source,
    List<News> news,
    boolean broken,
    String said) {

  static EmployeePage of(
      Employee employee,
      Entry<List<Project>> entry,
      Duration took,
      List<Entry<Feed>> news,
      boolean broken,
      String whole,
      String said) {
    Instant now = Instant.now();
    List<Project> projects = entry.value() == null ? List.of() : entry.value();
    return new EmployeePage(
        employee,
        projects.stream()
            .map(project -> Card.of(project, whole.equals(Long.toString(project.id()))))
            .toList(),
        Source.of(entry, took, now),
        news.stream().map(feed -> News.of(feed, now)).toList(),
        broken,
        said);
  }

  public String summary() {
    int open = cards.stream().mapToInt(card -> card.project().mine().size()).sum();
    return Words.count(cards.size(), "project", "projects")
        + ", "
        + Words.count(open, "open task", "open tasks");
  }

  /** One feed of the news box. */
  public record News(String title, List<String> headlines, Source source) {
    private static final int SHOWN = 2;

    static News of(Entry<Feed> entry, Instant now) {
      Feed feed = entry.value();
      List<String> headlines =
          feed == null
              ? List.of()
              : feed.items().stream().limit(SHOWN).map(Feed.Item::title).toList();
      return new News(
          feed == null ? "" : feed.title(), headlines, Source.of(entry, Duration.ZERO, now));
    }
  }
}
