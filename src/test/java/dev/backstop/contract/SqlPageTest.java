package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackstopBuilder;
import dev.backstop.CacheSpec;
import dev.backstop.testing.Gate;
import dev.backstop.testing.H2Database;
import dev.backstop.testing.Started;
import dev.backstop.testing.TestDatabase;
import dev.backstop.testing.TestDatabases;
import dev.backstop.testing.Threads;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/sql.md tells people to type, on rows that Backstop wrote. */
class SqlPageTest extends Fixture {
  private static final Duration HOUR = Duration.ofHours(1);

  record Feed(String title) {}

  private SqlPage page;
  private Backstop backstop;
  private BackedCache<String, Feed> feeds;

  @Override
  BackstopBuilder builder() {
    return super.builder().backupTimeout(Duration.ofSeconds(10)).failFast(true);
  }

  /** The clock goes with that of the database, whose statements these are. */
  @BeforeEach
  void open_anHourAgo() throws Exception {
    page = SqlPage.read();
    clock.set(Instant.now().minus(HOUR));
    reopen();
  }

  private void reopen() throws Exception {
    closeAll();
    backstop = open();
    feeds = feeds("feeds");
  }

  private BackedCache<String, Feed> feeds(String name) {
    return backstop.cache(CacheSpec.of(name, String.class, Feed.class).ttl(TTL));
  }

  private void now() {
    clock.set(Instant.now());
  }

  /** Runs the statements of a block; returns the rows of the last, with a bar between columns. */
  private List<String> type(String block) throws SQLException {
    return type(shared(), block);
  }

  private List<String> type(TestDatabase database, String block) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : page.statements(block, SchemaTest.isPostgres())) {
        if (statement.execute(sql)) {
          try (ResultSet found = statement.getResultSet()) {
            while (found.next()) {
              rows.add(row(found));
            }
          }
        }
      }
    }
    return rows;
  }

  private static String row(ResultSet found) throws SQLException {
    List<String> cells = new ArrayList<>();
    for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
      boolean isMoment = found.getMetaData().getColumnTypeName(i).matches("(?i)timestamp.*");
      cells.add(isMoment ? "at" : found.getString(i));
    }
    return String.join("|", cells);
  }

  @Test
  void everyBlockIsNamedAndTyped() {
    assertThat(page.fences()).isEqualTo(page.blocks().size());
    assertThat(page.blocks().keySet().stream().map(name -> name.split(" ")[0]).distinct())
        .containsExactlyInAnyOrder(
            "status",
            "stale",
            "stood-in",
            "largest",
            "size",
            "age",
            "accessed",
            "json",
            "clear",
            "remove",
            "application",
            "support");
  }

  @Test
  void status() throws Exception {
    feeds.put("old", new Feed("1"));
    feeds("prices").put("old", new Feed("a long one"));
    now();
    feeds.put("fresh", new Feed("1"));
    feeds.put("expired", new Feed("1"));
    feeds.expire("expired");
    feeds.put("removed", new Feed("1"));
    feeds.remove("removed");
    assertThat(type("status"))
        .containsExactly("feeds|3|39|at|at|at|1|1|1", "prices|1|22|at|at|at|1|0|0");
    feeds.clear();
    assertThat(type("status")).containsExactly("prices|1|22|at|at|at|1|0|0");
  }

  @Test
  void stale() throws Exception {
    feeds.put("old", new Feed("1"));
    feeds("cleared").put("old", new Feed("1"));
    now();
    feeds("cleared").clear();
    feeds.put("expired", new Feed("1"));
    feeds.expire("expired");
    feeds.put("fresh", new Feed("1"));
    feeds.put("removed", new Feed("1"));
    feeds.remove("removed");
    feeds("prices").put("k", new Feed("1"));
    feeds("prices").expireCreatedBefore(clock.instant());
    feeds("prices").put("fresh", new Feed("1"));
    assertThat(type("stale"))
        .containsExactly(
            "feeds|old|at|past its ttl",
            "feeds|expired|at|expired",
            "prices|k|at|expired with its cache");
  }

  @Test
  void stoodIn() throws Exception {
    for (String key : List.of("past ttl", "expired", "not asked for", "replaced")) {
      feeds.put(key, new Feed("1"));
    }
    feeds("prices").put("expired with its cache", new Feed("1"));
    feeds("long").put("asked for in time", new Feed("1"), HOUR.multipliedBy(2));
    clock.advance(Duration.ofMinutes(2));
    feeds.expire("expired");
    feeds("prices").expireCreatedBefore(clock.instant());
    assertThat(type("stood-in")).isEmpty();
    clock.advance(Duration.ofMinutes(31)); // accesses are noted each half hour
    feeds("long").get("asked for in time", UpgradeTest.failing());
    feeds("prices").get("expired with its cache", UpgradeTest.failing());
    clock.advance(MOMENT);
    feeds.get("expired", UpgradeTest.failing());
    clock.advance(MOMENT);
    feeds.get("past ttl", UpgradeTest.failing());
    feeds.get("replaced", UpgradeTest.failing());
    now();
    feeds.get("replaced", () -> new Feed("2"));
    backstop.cullPreview(); // writes the notes, as each minute does
    assertThat(ask("select count(*) from backstop_backup where last_access > created_at"))
        .isEqualTo("4");
    assertThat(type("stood-in"))
        .containsExactly(
            "feeds|past ttl|at|at", "feeds|expired|at|at", "prices|expired with its cache|at|at");
  }

  @Test
  void sizes() throws Exception {
    feeds.put("small", new Feed("1"));
    feeds.put("large", new Feed("a".repeat(100_000)));
    feeds.put("removed", new Feed("1"));
    feeds.remove("removed");
    assertThat(type("largest")).containsExactly("feeds|large|100012", "feeds|small|13");
  }

  /** H2 says it of a file only. */
  @Test
  void size(@TempDir Path directory) throws Exception {
    byte[] random = new byte[100_000];
    new Random(1).nextBytes(random);
    try (TestDatabase database =
        SchemaTest.isPostgres() ? TestDatabases.create() : H2Database.in(directory)) {
      try (Backstop other = builder().dataSource(database.dataSource()).build()) {
        other.cache(CacheSpec.of("feeds", String.class, byte[].class)).put("k", random);
      }
      assertThat(type(database, "size"))
          .singleElement(InstanceOfAssertFactories.STRING)
          .satisfies(bytes -> assertThat(Long.parseLong(bytes)).isBetween(100_000L, 400_000L));
    }
  }

  @Test
  void age() throws Exception {
    feeds.put("old", new Feed("1"));
    now();
    feeds("prices").put("new", new Feed("1"));
    assertThat(type("age")).hasSize(2);
    assertThat(type("age").get(0)).contains("feeds|at|at|").contains("1:0");
    assertThat(type("age").get(1)).contains("prices|at|at|").contains("0:0");
  }

  @Test
  void accessed() throws Exception {
    for (String key : List.of("a", "b", "c")) {
      feeds.put(key, new Feed("1"));
      clock.advance(MOMENT);
    }
    feeds.remove("c");
    clock.advance(Duration.ofMinutes(31));
    feeds.get("a", UpgradeTest.failing());
    backstop.cullPreview();
    assertThat(type("accessed")).containsExactly("feeds|a|at", "feeds|b|at");
  }

  @Test
  void json() throws Exception {
    feeds.put("planet", new Feed("Planète \"J\""));
    feeds.put("removed", new Feed("1"));
    feeds.remove("removed");
    String title = SchemaTest.isPostgres() ? "Planète \"J\"" : "\"Planète \\\"J\\\"\"";
    assertThat(type("json")).containsExactly("planet|" + title);
  }

  @Test
  void clear_holdsAgainstALoadThatIsUnderWay() throws Exception {
    feeds.put("k", new Feed("1"));
    feeds("prices").put("k", new Feed("1"));
    assertThatALoadUnderWayIsRefused("clear");
    assertThat(feeds("prices").peek("k")).isPresent();
    assertThat(ask("select count(*) from backstop_backup where cache_name = 'feeds'"))
        .isEqualTo("0");
    assertThat(type("clear")).isEmpty(); // a second time
    clock.set(Instant.now().plus(MOMENT));
    feeds.put("planet", new Feed("3"));
    reopen();
    assertThat(feeds.peek("planet")).isPresent();
  }

  @Test
  void remove_holdsAgainstALoadThatIsUnderWay() throws Exception {
    feeds.put("k", new Feed("1"));
    assertThatALoadUnderWayIsRefused("remove");
    assertThat(feeds.peek("k")).isPresent();
    assertThat(ask("select tombstones from backstop_status")).isEqualTo("1");
    feeds.put("planet", new Feed("too early"));
    assertThat(ask("select tombstones from backstop_status")).isEqualTo("1");
    clock.set(Instant.now().plus(MOMENT));
    feeds.put("planet", new Feed("3"));
    assertThat(ask("select bytes from backstop_status")).isEqualTo("26");
    type("remove");
    assertThat(ask("select bytes from backstop_status")).isEqualTo("13");
    reopen();
    assertThat(feeds.peek("planet")).isEmpty();
  }

  /** Types while a load of {@code planet} runs; afterwards nothing of it is left. */
  private void assertThatALoadUnderWayIsRefused(String block) throws Exception {
    Gate gate = new Gate();
    Started<Feed> load =
        Threads.start(
            () ->
                feeds.get(
                    "planet",
                    () -> {
                      gate.enter();
                      return new Feed("2");
                    }));
    gate.awaitEntered();
    type(block);
    gate.open();
    assertThat(load.outcome().value()).isEqualTo(new Feed("2"));
    reopen();
    assertThat(feeds.peek("planet")).isEmpty();
  }
}
