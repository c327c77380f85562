package dev.backstop.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.backstop.BackupUnavailableException;
import dev.backstop.testing.H2Database;
import dev.backstop.testing.Sql;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlFailuresTest {
  @ParameterizedTest(name = "{1} is {0}: {2}")
  @CsvSource({
    "COLLISION, 40001, serialization failure or deadlock",
    "COLLISION, 40P01, deadlock on PostgreSQL",
    "COLLISION, 23505, duplicate key",
    "COLLISION, 90131, concurrent update on H2",
    "ROW, 22001, value too long",
    "ROW, 22008, moment out of range",
    "ROW, 22021, character not in repertoire",
    "ROW, 23502, not null",
    "ROW, 23514, check",
    "ROW, 54000, program limit exceeded",
    "SCHEMA, 42P01, no such table on PostgreSQL",
    "SCHEMA, 42703, no such column on PostgreSQL",
    "SCHEMA, 42S02, no such table on H2",
    "SCHEMA, 42S22, no such column on H2",
    "SCHEMA, 90038, a view of that name is there on H2",
    "SCHEMA, 42501, not permitted",
    "SCHEMA, 3F000, no such schema",
    "CONNECTION, 08006, connection failure",
    "UNREACHABLE, 08001, cannot connect",
    "UNREACHABLE, 08004, connection rejected",
    "CONNECTION, 57P01, admin shutdown",
    "CONNECTION, 57P05, idle for too long",
    "OUTAGE, 57014, canceled",
    "OUTAGE, 53100, disk full",
    "OUTAGE, 53300, too many connections",
    "OUTAGE, 25006, read only",
    "OUTAGE, 28P01, wrong password",
    "LOCKED, 55P03, lock not available",
    "LOCKED, HYT00, lock timeout on H2",
    "COLLISION, 0A000, cached plan must not change result type",
    "COLLISION, 26000, the prepared statement is gone",
    "CONNECTION, 57P02, another backend crashed",
    "DAMAGE, XX001, a damaged page",
    "OUTAGE, 57P03, starting up",
    "OUTAGE, 4, no state of SQL",
    "OUTAGE, '', empty"
  })
  void goesByTheState(SqlFailures meaning, String state, String what) {
    assertThat(SqlFailures.of(new SQLException(what, state))).isEqualTo(meaning);
    assertThat(SqlFailures.of(new RuntimeException(new IOException(new SQLException(what, state)))))
        .isEqualTo(meaning);
  }

  @Test
  void failureOfTheDatabaseWithoutState_isNoAnswer() {
    assertThat(SqlFailures.of(new SQLException("no state"))).isEqualTo(SqlFailures.UNREACHABLE);
    assertThat(SqlFailures.of(new RuntimeException(new SQLException("no state"))))
        .isEqualTo(SqlFailures.UNREACHABLE);
    assertThat(SqlFailures.of(new BackupUnavailableException("missed the bound", null)))
        .isEqualTo(SqlFailures.UNREACHABLE);
  }

  /** Else one row that a driver or a provider stumbles over would keep all backups out. */
  @Test
  void failureOfNoDatabase_isOfTheRow() {
    SqlFailures kind = SqlFailures.of(new IOException("not of the database"));
    assertThat(kind).isEqualTo(SqlFailures.UNCHECKED);
    assertThat(kind.isOfTheRow()).isTrue();
    assertThat(kind.leavesConnectionsUnsure()).isTrue();
    assertThat(SqlFailures.of(new IllegalArgumentException("a query"))).isEqualTo(SqlFailures.ROW);
  }

  /** Dropped, a row would be lost that has room a second later. */
  @Test
  void memoryThatIsShort_isOfNeither() {
    assertThat(SqlFailures.of(new OutOfMemoryError())).isEqualTo(SqlFailures.MEMORY);
    assertThat(SqlFailures.of(new RuntimeException(new OutOfMemoryError())))
        .isEqualTo(SqlFailures.MEMORY);
    SQLException ofADriver = new SQLException("Ran out of memory", "53200", new OutOfMemoryError());
    assertThat(SqlFailures.of(ofADriver)).isEqualTo(SqlFailures.MEMORY);
    assertThat(SqlFailures.MEMORY.isOfTheDatabase()).isFalse();
  }

  @Test
  void firstStateAlongTheCauses_counts() {
    SQLException root = new SQLException("root", "22001");
    assertThat(SqlFailures.of(new SQLException("above", null, root))).isEqualTo(SqlFailures.ROW);
    assertThat(SqlFailures.of(new SQLException("above", "42P01", root)))
        .isEqualTo(SqlFailures.SCHEMA);
  }

  /** HikariCP gives it the state of what it met while it looked for a connection. */
  @Test
  void poolWithoutAConnection_isOutOfReachWhateverItsState() {
    SQLException root = new SQLException("root", "08006");
    assertThat(SqlFailures.of(new SQLTransientConnectionException("pool", "08006", root)))
        .isEqualTo(SqlFailures.UNREACHABLE);
    assertThat(SqlFailures.of(new RuntimeException(new SQLTransientConnectionException("pool"))))
        .isEqualTo(SqlFailures.UNREACHABLE);
  }

  @Test
  void constraintWithAStateOfItsOwn_isOfTheRow() {
    assertThat(SqlFailures.of(new SQLIntegrityConstraintViolationException("", "99999")))
        .isEqualTo(SqlFailures.ROW);
  }

  @Test
  void causesThatAreACircle_end() {
    Exception one = new IOException("one");
    Exception other = new IOException("other", one);
    one.initCause(other);
    assertThat(SqlFailures.of(one)).isEqualTo(SqlFailures.UNCHECKED);
  }

  @Test
  void realFailuresOfH2_meanWhatTheyAre() throws SQLException {
    try (H2Database database = H2Database.inMemory()) {
      Sql.run(database.dataSource(), "create table t (k varchar(3) primary key, n int not null)");
      Sql.run(database.dataSource(), "insert into t values ('k', 1)");
      assertThat(meaning(database, "insert into t values ('k', 1)"))
          .isEqualTo(SqlFailures.COLLISION);
      assertThat(meaning(database, "insert into t values ('long', 1)")).isEqualTo(SqlFailures.ROW);
      assertThat(meaning(database, "insert into t values ('l', null)")).isEqualTo(SqlFailures.ROW);
      assertThat(meaning(database, "select * from absent")).isEqualTo(SqlFailures.SCHEMA);
      assertThat(meaning(database, "select absent from t")).isEqualTo(SqlFailures.SCHEMA);
    }
  }

  private static SqlFailures meaning(H2Database database, String sql) {
    return SqlFailures.of(
        catchThrowableOfType(SQLException.class, () -> Sql.run(database.dataSource(), sql)));
  }
}
