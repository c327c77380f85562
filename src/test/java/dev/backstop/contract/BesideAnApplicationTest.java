package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.Backstop;
import dev.backstop.BackstopBuilder;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.junit.jupiter.api.Test;

/** An application that migrates its own tables by Flyway, in the schema of the backups. */
class BesideAnApplicationTest extends Fixture {
  private static final String THEIRS =
      "select count(*) || ' until ' || max(\"installed_on\") from \"flyway_schema_history\"";
  private static final String OURS =
      "select count(*) || ' until ' || max(\"installed_on\") from \"backstop_schema_history\"";

  @Override
  BackstopBuilder builder() {
    return super.builder().backupTimeout(Duration.ofSeconds(10)).failFast(true);
  }

  /** Flyway reads the version from the name. */
  static final class V1__Books extends BaseJavaMigration {
    @Override
    public void migrate(Context context) throws SQLException {
      execute(context.getConnection(), "create table books (isbn varchar(20))");
    }
  }

  static final class V2__Authors extends BaseJavaMigration {
    @Override
    public void migrate(Context context) throws SQLException {
      execute(context.getConnection(), "create table authors (name varchar(20))");
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static FluentConfiguration bookshop(JavaMigration... migrations) {
    return Flyway.configure()
        .dataSource(shared().dataSource())
        .locations(new String[0])
        .javaMigrations(migrations);
  }

  private static int migrate(FluentConfiguration bookshop) {
    return bookshop.load().migrate().migrationsExecuted;
  }

  @Test
  void eachMigratesBeforeAndAfterTheOther() throws Exception {
    assertThat(migrate(bookshop(new V1__Books()))).isEqualTo(1);
    String theirs = ask(THEIRS);
    cache().put("k", "v");
    String ours = ask(OURS);
    assertThat(ask(THEIRS)).isEqualTo(theirs);

    FluentConfiguration next = bookshop(new V1__Books(), new V2__Authors());
    assertThat(migrate(next)).isEqualTo(1);
    assertThat(ask(OURS)).isEqualTo(ours);
    theirs = ask(THEIRS);

    assertThat(afterRestart().peek("k")).isPresent();
    assertThat(ask(OURS)).isEqualTo(ours);
    assertThat(ask(THEIRS)).isEqualTo(theirs);
    next.load().validate();
    assertThat(migrate(next)).isZero();
    assertThat(ask("select count(*) from books") + ask("select count(*) from authors"))
        .isEqualTo("00");
  }

  @Test
  void backstopFirst_makesTheApplicationAskForABaseline() throws Exception {
    cache().put("k", "v");
    assertThatThrownBy(() -> migrate(bookshop(new V1__Books())))
        .isInstanceOf(FlywayException.class)
        .hasMessageContaining("baselineOnMigrate");
  }

  /** Flyway's own baseline version is 1, past the application's first migration. */
  @Test
  void backstopFirst_anApplicationWithBaselineZeroRunsAllOfItsMigrations() throws Exception {
    cache().put("k", "v");
    String ours = ask(OURS);
    FluentConfiguration bookshop =
        bookshop(new V1__Books(), new V2__Authors()).baselineOnMigrate(true).baselineVersion("0");
    assertThat(migrate(bookshop)).isEqualTo(2);
    assertThat(ask(OURS)).isEqualTo(ours);
    assertThat(afterRestart().peek("k")).isPresent();
    bookshop.load().validate();
  }

  @Test
  void backstopFirst_inASchemaOfItsOwnIsNotInTheWay() throws Exception {
    run("create schema backstop");
    try (Backstop backstop = inItsOwnSchema()) {
      cache(backstop).put("k", "v");
    }
    assertThat(migrate(bookshop(new V1__Books()))).isEqualTo(1);
    try (Backstop backstop = inItsOwnSchema()) {
      assertThat(cache(backstop).peek("k")).isPresent();
    }
    assertThat(ask("select backups from backstop.backstop_status")).isEqualTo("1");
    bookshop(new V1__Books()).load().validate();
    run("drop schema backstop cascade");
  }

  private Backstop inItsOwnSchema() throws SQLException {
    String url = shared().jdbcUrl();
    String schema =
        SchemaTest.isPostgres()
            ? (url.contains("?") ? "&" : "?") + "currentSchema=backstop"
            : ";SCHEMA=BACKSTOP";
    return builder()
        .jdbcUrl(url + schema)
        .username(shared().username())
        .password(shared().password())
        .build();
  }
}
