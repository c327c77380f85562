package dev.backstop.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.testing.Sql;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

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
    assertThat(Sql.ask(database.dataSource(), "show server_version")).startsWith("18");
  }

  @Test
  void everySessionIsInAForeignTimeZone() throws SQLException {
    assertThat(Sql.ask(database.dataSource(), "show timezone"))
        .isEqualTo(PostgresDatabase.TIME_ZONE);
    PGSimpleDataSource byUrl = new PGSimpleDataSource();
    byUrl.setURL(database.jdbcUrl());
    byUrl.setUser(database.username());
    byUrl.setPassword(database.password());
    assertThat(Sql.ask(byUrl, "show timezone")).isEqualTo(PostgresDatabase.TIME_ZONE);
  }

  @Test
  void eachHasADatabaseOfItsOwn() throws SQLException {
    String name;
    try (PostgresDatabase other = PostgresDatabase.create()) {
      name = other.name();
      assertThat(Sql.ask(other.dataSource(), "select current_database()"))
          .isEqualTo(name)
          .isNotEqualTo(Sql.ask(database.dataSource(), "select current_database()"));
    }
    assertThat(databasesNamed(name)).isEqualTo("0");
  }

  @Test
  void cleanDropsEveryTableAndKeepsTheTimeZone() throws SQLException {
    Sql.run(database.dataSource(), "create table t (n int)");
    database.clean();
    Sql.run(database.dataSource(), "create table t (n int)");
    database.clean();
    everySessionIsInAForeignTimeZone();
  }

  @Test
  void aDatabaseWithoutOurMarkIsLeftAlone() throws SQLException {
    PostgresDatabase other = PostgresDatabase.create();
    DataSource admin = other.server().dataSource();
    String mark = PostgresDatabase.markOf(other.server(), other.name());
    Sql.run(admin, "comment on database " + other.name() + " is 'somebody''s own'");
    assertThatThrownBy(other::clean).hasMessageContaining("somebody's own");
    assertThatThrownBy(other::close).hasMessageContaining("somebody's own");
    assertThat(databasesNamed(other.name())).isEqualTo("1");
    Sql.run(admin, "comment on database " + other.name() + " is '" + mark.replace("'", "''") + "'");
    other.close();
  }

  @Test
  void survivesARestart() throws SQLException {
    Sql.run(database.dataSource(), "create table kept (n int)");
    database.server().stop();
    try {
      assertThatThrownBy(() -> Sql.run(database.dataSource(), "select 1"))
          .isInstanceOf(SQLException.class);
    } finally {
      database.server().start();
    }
    Sql.run(database.dataSource(), "select * from kept");
    database.clean();
  }

  private static String databasesNamed(String name) throws SQLException {
    return Sql.ask(
        database.server().dataSource(), "select count(*) from pg_database where datname = ?", name);
  }
}
