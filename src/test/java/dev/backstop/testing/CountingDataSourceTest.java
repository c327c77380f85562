package dev.backstop.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CountingDataSourceTest {
  private final H2Database database = H2Database.inMemory();
  private final CountingDataSource source = new CountingDataSource(database.dataSource());

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void countsConnectionsUntilTheyAreClosed() throws SQLException {
    Connection first = source.getConnection();
    Connection second = source.getConnection();
    assertThat(source.openConnections()).isEqualTo(2);
    first.close();
    first.close();
    assertThat(source.openConnections()).isEqualTo(1);
    second.close();
    assertThat(source.openConnections()).isZero();
  }

  @Test
  void listsWhatWasExecuted() throws SQLException {
    Sql.run(source, "create table t (n int)");
    try (Connection connection = source.getConnection();
        PreparedStatement insert = connection.prepareStatement("insert into t values (?)")) {
      for (int n = 0; n < 3; n++) {
        insert.setInt(1, n);
        insert.addBatch();
      }
      insert.executeBatch();
    }
    assertThat(source.statements())
        .containsExactly("create table t (n int)", "insert into t values (?)");
    source.forgetStatements();
    assertThat(source.statements()).isEmpty();
  }

  @Test
  void refusesUntilRestored() throws SQLException {
    try (Connection open = source.getConnection()) {
      source.refuse();
      assertThatThrownBy(source::getConnection).isInstanceOf(SQLTransientConnectionException.class);
      assertThatThrownBy(open::createStatement)
          .isInstanceOf(SQLNonTransientConnectionException.class);
    }
    source.restore();
    Sql.run(source, "select 1");
    assertThat(source.openConnections()).isZero();
  }

  @Test
  void failsTheNextExecutions() throws SQLException {
    SQLException planted = new SQLException("planted");
    source.failNext(2, planted);
    assertThatThrownBy(() -> Sql.run(source, "select 1")).isSameAs(planted);
    assertThatThrownBy(() -> Sql.run(source, "select 2")).isSameAs(planted);
    Sql.run(source, "select 3");
  }

  @Test
  void failsTheNextExecutionsOfSomeStatements() throws SQLException {
    SQLException planted = new SQLException("planted");
    source.failNext(1, "2", planted);
    Sql.run(source, "select 1");
    assertThatThrownBy(() -> Sql.run(source, "select 2")).isSameAs(planted);
    Sql.run(source, "select 2");
  }
}
