package dev.backstop.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2DatabaseTest {
  @Test
  void eachIsNew() throws SQLException {
    try (TestDatabase one = H2Database.inMemory();
        TestDatabase other = H2Database.inMemory()) {
      execute(one, "create table t (n int)");
      assertThatThrownBy(() -> execute(other, "select * from t")).isInstanceOf(SQLException.class);
    }
  }

  @Test
  void cleanDropsEverything() throws SQLException {
    try (TestDatabase database = H2Database.inMemory()) {
      execute(database, "create table t (n int)");
      database.clean();
      execute(database, "create table t (n int)");
    }
  }

  @Test
  void filesOutliveTheirDatabase(@TempDir Path directory) throws SQLException {
    try (TestDatabase database = H2Database.in(directory)) {
      execute(database, "create table t (n int)");
    }
    try (TestDatabase database = H2Database.in(directory)) {
      execute(database, "select * from t");
    }
  }

  private static void execute(TestDatabase database, String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
