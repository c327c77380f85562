package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackstopBuilder;
import dev.backstop.BackupSchemaException;
import dev.backstop.BackupUnavailableException;
import dev.backstop.testing.Eventually;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables that are not as they must be: one error at the start, which names them and a way out. */
class SchemaErrorsTest extends Fixture {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final String NOTE =
      "insert into \"backstop_schema_history\" (\"installed_rank\", \"version\", \"description\","
          + " \"type\", \"script\", \"installed_by\", \"execution_time\", \"success\")"
          + " values (9, '%s', 'later', 'SQL', 'later.sql', 'somebody', 1, %s)";

  @Override
  BackstopBuilder builder() {
    return super.builder().backupTimeout(PATIENCE).failFast(true);
  }

  @Override
  HikariDataSource pool() {
    HikariDataSource pool = super.pool();
    pool.setConnectionTimeout(PATIENCE.toMillis());
    return pool;
  }

  private Backstop open(boolean migrate) {
    return open(builder -> builder.migrate(migrate));
  }

  private AbstractThrowableAssert<?, ?> assertThatStartingFails(boolean migrate) {
    return assertThatThrownBy(() -> open(migrate)).isExactlyInstanceOf(BackupSchemaException.class);
  }

  /** Makes the tables, with one backup in them. */
  private void migrated() throws Exception {
    cache().put("k", "v");
    closeAll();
  }

  private static String folder() throws SQLException {
    return "db/backstop/" + (SchemaTest.isPostgres() ? "postgresql" : "h2");
  }

  private static String tables() throws SQLException {
    return ask(
        "select count(*) from information_schema.tables where lower(table_name) like 'backstop%'");
  }

  private static String history() throws SQLException {
    return ask(
        "select count(*) || ' until ' || max(\"installed_on\") from \"backstop_schema_history\"");
  }

  @Test
  void missing_isSaidAndNothingIsMade() throws Exception {
    assertThatStartingFails(false)
        .hasMessage(
            "The table backstop_backup is missing, The table backstop_cache is missing, The table"
                + " backstop_flight is missing, The table backstop_news is missing, and this Backstop needs version 1.1 of its tables: run the migrations in "
                + folder()
                + " of its jar, or switch migrate on");
    assertThat(tables()).isEqualTo("0");
  }

  @Test
  void older_isSaidWithBothVersions() throws Exception {
    migrated();
    run("delete from \"backstop_schema_history\" where \"version\" = '1.1'");
    assertThatStartingFails(false)
        .hasMessage(
            "The backups' tables are at version 1, this Backstop needs version 1.1: run the"
                + " migrations in "
                + folder()
                + " of its jar, or switch migrate on");
  }

  @Test
  void olderWithoutHistory_isSaidByTheColumnsThatAreNotThere() throws Exception {
    migrated();
    run(
        "drop table \"backstop_schema_history\"",
        "alter table backstop_cache drop column alive_at");
    assertThatStartingFails(false)
        .hasMessageStartingWith(
            "backstop_cache lacks [alive_at], and this Backstop needs version 1.1 of its tables")
        .hasMessageContaining(folder());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void newer_isSaidWithBothVersionsAndLeftAlone(boolean migrate) throws Exception {
    migrated();
    run(NOTE.formatted("2", "true"));
    String before = history();
    assertThatStartingFails(migrate)
        .hasMessage(
            "The backups' tables are at version 2 and this Backstop knows version 1.1: use the"
                + " Backstop that migrated them, or give this one a schema of its own");
    assertThat(history()).isEqualTo(before);
  }

  /** While a deployment rolls, and when it is rolled back, an older node starts on newer tables. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void newerAfterThePoint_serves(boolean migrate) throws Exception {
    migrated();
    run(NOTE.formatted("1.2", "true"), "alter table backstop_backup add column later integer");
    String before = history();
    BackedCache<String, String> cache = cache(open(migrate));
    assertThat(cache.peek("k")).isPresent();
    cache.put("k", "v2");
    assertThat(history()).isEqualTo(before);
  }

  @Test
  void aMigrationWithOtherContent_isSaidWithItsVersion() throws Exception {
    migrated();
    run("update \"backstop_schema_history\" set \"checksum\" = 5 where \"version\" = '1'");
    assertThatStartingFails(true)
        .hasMessageStartingWith(
            "backstop_schema_history is not that of this jar's migrations, compare them with those"
                + " in db/backstop: ")
        .hasMessageContaining("checksum mismatch for migration version 1")
        .hasMessageContaining("repair");
    assertThat(cache(open(false)).peek("k")).isPresent(); // its columns are all there
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aMigrationThatFailed_isSaidWithItsVersion(boolean migrate) throws Exception {
    migrated();
    run(NOTE.formatted("1.2", "false"));
    assertThatStartingFails(migrate)
        .hasMessageStartingWith(
            "backstop_schema_history says that the migration to version 1.2 failed: undo by hand"
                + " what it began, and run Flyway's repair; or, if the backups may be lost, drop");
  }

  /** PostgreSQL takes it back as a whole, H2 keeps what was made before the failure. */
  @Test
  void aFirstMigrationThatFailsHalfWay_isOvercomeByWhatTheErrorSays() throws Exception {
    run("create table backstop_status (theirs integer)");
    assertThatStartingFails(true)
        .hasMessageStartingWith("The backups' tables could not be migrated: ")
        .hasMessageContaining("V1__backups.sql");
    run("drop table backstop_status");
    if (!SchemaTest.isPostgres()) {
      assertThatStartingFails(true)
          .hasMessageContaining("the migration to version 1 failed")
          .hasMessageEndingWith(
              "drop the view backstop_status and the tables backstop_backup, backstop_cache,"
                  + " backstop_news, backstop_flight and backstop_schema_history, and start with migrate on");
      run(
          "drop view if exists backstop_status",
          "drop table backstop_backup",
          "drop table backstop_cache",
          "drop table \"backstop_schema_history\"");
    }
    cache(open(true)).put("k", "v");
    assertThat(ask("select backups from backstop_status")).isEqualTo("1");
  }

  /** Killed after so many of its statements, and before Flyway noted it. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void aFirstMigrationThatWasKilled_isRunAgain(int done) throws Exception {
    migrated();
    run("delete from \"backstop_schema_history\" where \"version\" in ('1', '1.1')");
    List<String> undo =
        List.of(
            "drop table backstop_flight",
            "drop table backstop_news",
            "drop view backstop_status",
            "drop table backstop_cache",
            "drop index backstop_backup_expires_at",
            "drop table backstop_backup");
    run(undo.subList(0, undo.size() - done).toArray(String[]::new));
    cache(open(true)).put("k", "v");
    assertThat(ask("select backups from backstop_status")).isEqualTo("1");
    closeAll();
    open(true);
  }

  @ParameterizedTest
  @CsvSource({
    "alter table backstop_backup drop column type_fingerprint, backstop_backup lacks"
        + " [type_fingerprint], true",
    "alter table backstop_cache drop column expired_before, backstop_cache lacks"
        + " [expired_before], false",
    "alter table backstop_cache rename to gone, The table backstop_cache is missing, true",
    "alter table backstop_backup rename to gone, The table backstop_backup is missing, false",
  })
  void changedByHand_isSaidWithWhatIsNotThere(String change, String said, boolean migrate)
      throws Exception {
    migrated();
    run("drop view backstop_status", change);
    assertThatStartingFails(migrate)
        .hasMessageStartingWith(
            said
                + ", though backstop_schema_history is at version 1.1: somebody changed it by hand."
                + " Restore it; or, if the backups may be lost, drop ");
  }

  @Test
  void aColumnOfAnotherType_isSaid() throws Exception {
    migrated();
    run(
        "delete from backstop_backup",
        "drop view backstop_status",
        SchemaTest.isPostgres()
            ? "alter table backstop_backup alter column cache_name type bigint using 1"
            : "alter table backstop_backup alter column cache_name bigint");
    run(
        "insert into backstop_backup (cache_name, cache_key, created_at, last_access, expires_at)"
            + " values (1, 'k', current_timestamp, current_timestamp, current_timestamp)");
    assertThatStartingFails(true)
        .hasMessageStartingWith("The backups' tables can't be read as version 1.1 has them: ");
  }

  @Test
  void aTableThatNoHistoryKnows_isSaidAndLeftAlone() throws Exception {
    run("create table backstop_cache (theirs integer)", "insert into backstop_cache values (1)");
    assertThatStartingFails(true)
        .hasMessage(
            "There is backstop_cache, but no backstop_schema_history: give Backstop a schema of its"
                + " own if that is not its table, or, if it is, run Flyway's baseline with the"
                + " version that it has");
    assertThat(ask("select theirs from backstop_cache")).isEqualTo("1");
    assertThat(tables()).isEqualTo("1");
  }

  /** As after a restore of the tables alone. */
  @Test
  void tablesWithoutHistory_serveAfterABaseline() throws Exception {
    migrated();
    run("drop table \"backstop_schema_history\"");
    assertThatStartingFails(true)
        .hasMessageStartingWith(
            "There is backstop_backup and backstop_cache and backstop_flight and backstop_news, but"
                + " no ");
    Flyway.configure()
        .dataSource(shared().dataSource())
        .table("backstop_schema_history")
        .baselineVersion("1.1")
        .load()
        .baseline();
    assertThat(cache(open(true)).peek("k")).isPresent();
  }

  /** Trouble that passes, at whichever step of the start, is an outage and no error of build. */
  @ParameterizedTest
  @ValueSource(strings = {"\"success\"", "where 1 = 0", "exists backstop_b"})
  void troubleThatPasses_isNoTroubleOfTheTables(String statement) throws Exception {
    SQLException trouble = new SQLException("Broken by the test", "08006");
    database.failNext(20, statement, trouble);
    assertThatThrownBy(() -> open(true)).isExactlyInstanceOf(BackupUnavailableException.class);
    shared().clean();
    Backstop backstop = open(builder -> builder.failFast(false));
    assertThat(cache(backstop).get("k", () -> "v")).isEqualTo("v");
  }

  @Test
  void troubleThatPassed_leavesTablesThatServe() throws Exception {
    database.failNext(1, "\"success\"", new SQLException("Broken by the test", "08006"));
    BackedCache<String, String> cache = cache(open(builder -> builder.failFast(false)));
    cache.get("k", () -> "v");
    Eventually.holds(SchemaErrorsTest::isWritten, "the backup is in the table");
  }

  private static boolean isWritten() {
    try {
      return "1".equals(ask("select count(*) from backstop_backup"));
    } catch (SQLException notThereYet) {
      return false;
    }
  }
}
