package dev.backstop.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresDatabaseIT {
  private static PostgresDatabase database;

  @BeforeAll
  static void create() {
    database = PostgresDatabase.create();
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  @Test
  void isPostgres18() throws SQLException {
    assertThat(ask(database.dataSource(), "show server_version")).startsWith("18");
  }

  @Test
  void everySessionIsInAForeignTimeZone() throws SQLException {
    assertThat(ask(database.dataSource(), "show timezone")).isEqualTo(PostgresDatabase.TIME_ZONE);
    try (Connection own =
        DriverManager.getConnection(database.jdbcUrl(), database.username(), database.password())) {
      assertThat(ask(own, "show timezone")).isEqualTo(PostgresDatabase.TIME_ZONE);
    }
  }

  @Test
  void eachHasADatabaseOfItsOwn() throws SQLException {
    String name;
    try (PostgresDatabase other = PostgresDatabase.create()) {
      name = other.name();
      assertThat(ask(other.dataSource(), "select current_database()"))
          .isEqualTo(name)
          .isNotEqualTo(ask(database.dataSource(), "select current_database()"));
    }
    assertThat(databasesNamed(name)).isEqualTo("0");
  }

  @Test
  void cleanDropsEveryTableAndKeepsTheTimeZone() throws SQLException {
    run(database.dataSource(), "create table t (n int)");
    database.clean();
    run(database.dataSource(), "create table t (n int)");
    database.clean();
    everySessionIsInAForeignTimeZone();
  }

  @Test
  void aDatabaseWithoutOurMarkIsLeftAlone() throws SQLException {
    PostgresDatabase other = PostgresDatabase.create();
    DataSource admin = other.server().dataSource();
    String mark =
        ask(
            admin,
            "select shobj_description(oid, 'pg_database') from pg_database where datname = '"
                + other.name()
                + "'");
    run(admin, "comment on database " + other.name() + " is 'somebody''s own'");
    assertThatThrownBy(other::clean).hasMessageContaining("somebody's own");
    assertThatThrownBy(other::close).hasMessageContaining("somebody's own");
    assertThat(databasesNamed(other.name())).isEqualTo("1");
    run(admin, "comment on database " + other.name() + " is '" + mark.replace("'", "''") + "'");
    other.close();
  }

  @Test
  void survivesARestart() throws SQLException {
    run(database.dataSource(), "create table kept (n int)");
    database.server().stop();
    try {
      assertThatThrownBy(() -> run(database.dataSource(), "select 1"))
          .isInstanceOf(SQLException.class);
    } finally {
      database.server().start();
    }
    run(database.dataSource(), "select * from kept");
    database.clean();
  }

  private static String databasesNamed(String name) throws SQLException {
    return ask(
        database.server().dataSource(),
        "select count(*) from pg_database where datname = '" + name + "'");
  }

  private static String ask(DataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection()) {
      return ask(connection, sql);
    }
  }

  private static String ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static void run(DataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
