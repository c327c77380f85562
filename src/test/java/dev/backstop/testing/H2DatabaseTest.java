package dev.backstop.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2DatabaseTest {
  @Test
  void eachIsNew() throws SQLException {
    try (TestDatabase one = H2Database.inMemory();
        TestDatabase other = H2Database.inMemory()) {
      Sql.run(one.dataSource(), "create table t (n int)");
      assertThatThrownBy(() -> Sql.run(other.dataSource(), "select * from t"))
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void cleanDropsEverything() throws SQLException {
    try (TestDatabase database = H2Database.inMemory()) {
      Sql.run(database.dataSource(), "create table t (n int)");
      database.clean();
      Sql.run(database.dataSource(), "create table t (n int)");
    }
  }

  @Test
  void filesOutliveTheirDatabase(@TempDir Path directory) throws SQLException {
    try (TestDatabase database = H2Database.in(directory)) {
      Sql.run(database.dataSource(), "create table t (n int)");
    }
    try (TestDatabase database = H2Database.in(directory)) {
      Sql.run(database.dataSource(), "select * from t");
    }
  }
}
