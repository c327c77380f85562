package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackstopBuilder;
import dev.backstop.BackupSchemaException;
import dev.backstop.CacheSpec;
import dev.backstop.testing.Sql;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The roles of docs/sql.md: they may do what they must, and nothing else. */
class SqlRolesTest extends Fixture {
  /** A role is the whole server's, which may be somebody's own. */
  private final String role = "backstop_it_" + UUID.randomUUID().toString().replace("-", "");

  @Override
  BackstopBuilder builder() {
    return super.builder()
        .backupTimeout(Duration.ofSeconds(2))
        .failFast(true)
        .heardWithin(Duration.ofSeconds(20));
  }

  @BeforeEach
  void migrate() {
    open().close();
  }

  @AfterEach
  void dropTheRole() throws Exception {
    closeAll();
    if (SchemaTest.isPostgres()) {
      run("drop owned by " + role, "drop role " + role);
    } else {
      run("drop user " + role);
    }
  }

  private void make(String block) throws Exception {
    for (String sql : SqlPage.read().statements(block, SchemaTest.isPostgres())) {
      run(sql.replace("backstop_app", role).replace("backstop_support", role));
    }
  }

  /** As that role; without the settings in an URL of H2, which are an administrator's. */
  private DataSource asRole() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(shared().jdbcUrl().replace(";DB_CLOSE_DELAY=-1", ""));
    config.setUsername(role);
    config.setPassword("change it");
    config.setMaximumPoolSize(4);
    config.setMinimumIdle(0);
    return closing(new HikariDataSource(config));
  }

  private Backstop openAsRole() {
    return closing(builder().migrate(false).dataSource(asRole()).build());
  }

  /** All that writes to the tables or reads them, in each way. */
  private void doEverything() throws Exception {
    Backstop backstop = openAsRole();
    BackedCache<String, String> cache = cache(backstop);
    cache.put("put", "v");
    assertThat(cache.add("added", "v", TTL)).isTrue();
    cache.expire("put");
    cache.remove("added");
    cache.expireCreatedBefore(clock.instant());
    assertThat(cache.get("loaded", () -> "v")).isEqualTo("v");
    assertThat(ask("select backups || ', ' || expired || ', ' || tombstones from backstop_status"))
        .isEqualTo("2, 1, 1");
    assertThat(cache(openAsRole()).peek("loaded")).isPresent();
    backstop
        .cache(CacheSpec.of("shared", String.class, String.class).ttl(TTL).sharedLoads(TTL))
        .get("shared", () -> "v");
    SharedFixture.awaitLanded();
    cache.clear();
    assertThat(backstop.cullPreview().cleared()).isEqualTo(3);
    assertThat(backstop.cullNow().cleared()).isEqualTo(3);
  }

  @Test
  void theApplication_doesAllThatBackstopDoes() throws Exception {
    make("application");
    doEverything();
  }

  @ParameterizedTest
  @CsvSource({
    "select, backstop_backup",
    "insert, backstop_backup",
    "update, backstop_backup",
    "delete, backstop_backup",
    "select, backstop_cache",
    "insert, backstop_cache",
    "update, backstop_cache",
    "select, backstop_news",
    "insert, backstop_news",
    "delete, backstop_news",
    "select, backstop_flight",
    "insert, backstop_flight",
    "update, backstop_flight",
    "delete, backstop_flight"
  })
  void theApplication_needsEachOfItsRights(String right, String table) throws Exception {
    make("application");
    run("revoke " + right + " on " + table + " from " + role);
    assertThat(catchThrowable(this::doEverything)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"backstop_backup", "backstop_cache", "backstop_news", "backstop_flight"})
  void theApplication_isToldOfTheRightToReadThatItLacks(String table) throws Exception {
    make("application");
    run("revoke select on " + table + " from " + role);
    assertThatThrownBy(this::openAsRole)
        .isExactlyInstanceOf(BackupSchemaException.class)
        .hasMessage(
            "The user of the backups' database may not read "
                + table
                + ": grant what docs/sql.md lists");
  }

  @Test
  void theApplication_canDoWithoutTheHistory() throws Exception {
    make("application");
    run("revoke select on \"backstop_schema_history\" from " + role);
    doEverything();
  }

  @Test
  void theApplication_canNotChangeTheTables() throws Exception {
    make("application");
    assertThatItMayNot("drop table backstop_backup");
    assertThatItMayNot("alter table backstop_backup add column more integer");
    assertThatItMayNot("create index more on backstop_backup (created_at)");
    assertThatItMayNot("drop view backstop_status");
    assertThatItMayNot("create table more (n integer)");
    assertThatItMayNot("delete from backstop_cache");
    assertThatItMayNot("update \"backstop_schema_history\" set \"version\" = '2'");
    assertThatItMayNot(
        SchemaTest.isPostgres() ? "truncate backstop_backup" : "truncate table backstop_cache");
  }

  @Test
  void support_seesTheStatusAndNothingElse() throws Exception {
    cache().put("k", "v");
    make("support");
    assertThat(Sql.ask(asRole(), "select backups from backstop_status")).isEqualTo("1");
    assertThatItMayNot("select blob from backstop_backup");
    assertThatItMayNot("select cache_key from backstop_backup");
    assertThatItMayNot("select * from backstop_cache");
    assertThatItMayNot("select * from \"backstop_schema_history\"");
    assertThatItMayNot("delete from backstop_backup");
  }

  private void assertThatItMayNot(String sql) {
    assertThatThrownBy(() -> Sql.run(asRole(), sql))
        .as(sql)
        .isInstanceOfSatisfying(
            SQLException.class,
            failure -> assertThat(failure.getSQLState()).isIn("42501", "90096", "90040"));
  }
}
