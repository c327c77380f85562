package dev.backstop.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Changes;
import dev.backstop.Policy;
import dev.backstop.testing.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code edited >= :stamp} can't see, with real transactions and the database's own clock. */
class OpenWindowIT {
  private static final Duration TTL = Duration.ofHours(1);

  private static PostgresDatabase database;
  private Backstop backstop;
  private BackedCache<Long, String> titles;

  @BeforeAll
  static void createDatabase() {
    database = PostgresDatabase.create();
  }

  @AfterAll
  static void dropDatabase() {
    database.close();
  }

  @BeforeEach
  void open() throws SQLException {
    Sql.run(
        database.dataSource(),
        "create table task (id bigint primary key, employee bigint, title text,"
            + " edited timestamptz not null default clock_timestamp())",
        "insert into task (id, employee, title, edited) values"
            + " (1, 7, 'mow', clock_timestamp() - interval '1 day'),"
            + " (2, 7, 'sow', clock_timestamp() - interval '1 day')");
    backstop =
        Backstop.builder()
            .jdbcUrl(database.jdbcUrl())
            .username(database.username())
            .password(database.password())
            .build();
    titles = backstop.cache(CacheSpec.of("titles", Long.class, String.class));
  }

  @AfterEach
  void close() {
    backstop.close();
    database.clean();
  }

  private static String load() throws SQLException {
    return Sql.ask(
        database.dataSource(),
        "select string_agg(title, ' ' order by id) from task where employee = 7");
  }

  private static Changes edited(Duration overlap) {
    return Changes.sql(
            database.dataSource(),
            "select id from task where employee = :employee and edited >= :stamp",
            Map.of("employee", 7L))
        .overlap(overlap);
  }

  private static String countAndLatest() throws SQLException {
    return Sql.ask(
        database.dataSource(),
        "select count(*) || ' ' || max(edited) from task where employee = 7");
  }

  private String get(Policy policy) throws Exception {
    return titles.get(7L, OpenWindowIT::load, policy);
  }

  private final Policy exact = Policy.ttl(TTL).changedSince(edited(Duration.ZERO));
  private final Policy overlapping = Policy.ttl(TTL).changedSince(edited(Duration.ofMinutes(1)));
  private final Policy byFingerprint = Policy.ttl(TTL).fingerprint(OpenWindowIT::countAndLatest);
  private final Policy both = exact.fingerprint(OpenWindowIT::countAndLatest);

  /** The load falls between the moment that a writer notes as its own and its commit. */
  private void loadWhileAWriterIsAboutToCommit(Policy policy) throws Exception {
    try (Connection writer = database.dataSource().getConnection();
        Statement statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      // Well before: a load's stamp lies a round trip or so before the load.
      statement.execute(
          "insert into task (id, employee, title, edited) values"
              + " (3, 7, 'reap', clock_timestamp() - interval '5 s')");
      assertThat(get(policy)).isEqualTo("mow sow"); // it sees only what is committed
      writer.commit();
    }
  }

  @Test
  void writerThatCommitsAfterTheLoad_isMissedWithoutOverlap() throws Exception {
    loadWhileAWriterIsAboutToCommit(exact);
    assertThat(get(exact)).isEqualTo("mow sow");
  }

  @Test
  void writerThatCommitsAfterTheLoad_isSeenByTheOverlap() throws Exception {
    loadWhileAWriterIsAboutToCommit(overlapping);
    assertThat(get(overlapping)).isEqualTo("mow sow reap");
  }

  @Test
  void writerThatCommitsAfterTheLoad_isSeenByTheFingerprint() throws Exception {
    loadWhileAWriterIsAboutToCommit(byFingerprint);
    assertThat(get(byFingerprint)).isEqualTo("mow sow reap");
  }

  @Test
  void writerThatCommitsBeforeTheQuestion_isSeen() throws Exception {
    assertThat(get(exact)).isEqualTo("mow sow");
    Sql.run(
        database.dataSource(),
        "update task set title = 'till', edited = clock_timestamp() where id = 2");
    assertThat(get(exact)).isEqualTo("mow till");
  }

  @Test
  void deletedRow_isSeenByTheFingerprintAlone() throws Exception {
    assertThat(get(both)).isEqualTo("mow sow");
    Sql.run(database.dataSource(), "delete from task where id = 2");
    assertThat(get(overlapping)).isEqualTo("mow sow");
    assertThat(get(both)).isEqualTo("mow");
  }

  @Test
  void rowThatMovesToAnother_isSeenByTheFingerprintAlone() throws Exception {
    assertThat(get(both)).isEqualTo("mow sow");
    Sql.run(
        database.dataSource(),
        "update task set employee = 8, edited = clock_timestamp() where id = 2");
    assertThat(get(overlapping)).isEqualTo("mow sow");
    assertThat(get(both)).isEqualTo("mow");
  }

  @Test
  void editedByAClockThatIsSlow_isSeenByAnOverlapAsLargeAsTheSkew() throws Exception {
    Policy second = Policy.ttl(TTL).changedSince(edited(Duration.ofSeconds(1)));
    assertThat(get(second)).isEqualTo("mow sow");
    Sql.run(
        database.dataSource(), // a machine whose clock is 40 seconds late sets it by its own
        "update task set title = 'till', edited = clock_timestamp() - interval '40 s' where id = 2");
    assertThat(get(second)).isEqualTo("mow sow");
    assertThat(get(overlapping)).isEqualTo("mow till");
  }
}
