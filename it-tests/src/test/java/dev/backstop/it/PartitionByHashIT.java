package dev.backstop.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackstopBuilder;
import dev.backstop.CacheSpec;
import dev.backstop.CullReport;
import dev.backstop.testing.FakeClock;
import dev.backstop.testing.Sql;
import dev.backstop.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The script that partitions backups: what it leaves as it was, and when it refuses. */
@Tag("reliability")
class PartitionByHashIT {
  private static final int PARTITIONS = 4;

  /** All that is said of the table and the view by their names, but how the table is stored. */
  private static final String CATALOG =
      """
      select jsonb_pretty(jsonb_build_array(
        (select jsonb_agg(array[relname, relowner::regrole::text, relacl::text, obj_description(oid, 'pg_class')] order by relname)
          from pg_class where relname in ('backstop_backup', 'backstop_status')),
        (select jsonb_agg(array[attname, format_type(atttypid, atttypmod), attnotnull::text, attcollation::regcollation::text, attacl::text] order by attnum)
          from pg_attribute where attrelid = 'backstop_backup'::regclass and attnum > 0),
        (select jsonb_agg(replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') order by indexrelid::regclass::text)
          from pg_index where indrelid = 'backstop_backup'::regclass),
        (select jsonb_agg(array[conname, pg_get_constraintdef(oid)] order by conname)
          from pg_constraint where conrelid = 'backstop_backup'::regclass),
        (select array[pg_get_viewdef(oid), reloptions::text] from pg_class where relname = 'backstop_status')))""";

  private static final String STORED =
      "select string_agg(distinct reloptions::text, '; ') from pg_class"
          + " where relname like 'backstop_backup%' and relkind = 'r'";

  private final FakeClock clock = new FakeClock();

  /** A role is the whole server's, which may be somebody's own. */
  private final String role = "backstop_it_" + UUID.randomUUID().toString().replace("-", "");

  private PostgresDatabase database;

  @BeforeEach
  void create() {
    database = PostgresDatabase.create();
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private BackstopBuilder builder() {
    return Backstop.builder().clock(clock).dataSource(database.dataSource()).failFast(true);
  }

  private static BackedCache<String, String> cache(Backstop backstop, String name) {
    return backstop.cache(
        CacheSpec.of(name, String.class, String.class).ttl(Duration.ofMinutes(5)));
  }

  private void run(String... statements) throws SQLException {
    Sql.run(database.dataSource(), statements);
  }

  private String ask(String query) throws SQLException {
    return Sql.ask(database.dataSource(), query);
  }

  private String partitions() throws SQLException {
    return ask("select count(*) from pg_inherits where inhparent = 'backstop_backup'::regclass");
  }

  @Test
  void namesRightsSettingsAndTheViewStay_andTheWayBackIsOpen() throws Exception {
    builder().build().close();
    run(
        "create role " + role,
        "create table mine (n integer)",
        "grant select, insert, update, delete on backstop_backup to " + role,
        "grant select (cache_name), update (blob) on backstop_backup to " + role,
        "grant select on backstop_backup to " + role + " with grant option",
        "grant select on backstop_status to " + role,
        "grant select (cache_name) on backstop_backup to public",
        "alter view backstop_status set (security_barrier = true)",
        "alter table backstop_backup set (autovacuum_vacuum_scale_factor = 0.05, toast.autovacuum_enabled = false)",
        "comment on table backstop_backup is 'It''s mine'",
        "create index backstop_of_mine on backstop_backup ((codec || '\"')) where codec is not null",
        "create view mine_too as select b.cache_key, s.* from backstop_backup b, backstop_status s",
        // What a new table would have, and this one has not.
        "alter default privileges grant truncate on tables to " + role);
    try {
      String before = ask(CATALOG);
      assertThat(ask(STORED)).isEqualTo("{fillfactor=70,autovacuum_vacuum_scale_factor=0.05}");
      for (int partitions : new int[] {PARTITIONS, PARTITIONS + 1, 0}) {
        PartitionByHash.run(database.dataSource(), partitions);
        assertThat(partitions()).isEqualTo("" + partitions);
        assertThat(ask(CATALOG)).isEqualTo(before);
        assertThat(ask(STORED)).isEqualTo("{fillfactor=70,autovacuum_vacuum_scale_factor=0.05}");
        assertThat(
                ask(
                    "select count(*) from pg_class where relname like 'backstop_backup_%_of_%'"
                        + " and relkind = 'r' and relacl::text like '%"
                        + role
                        + "%'"))
            .isEqualTo("0");
        assertThat(ask("select count(*) from mine_too")).isEqualTo("0");
      }
    } finally {
      run("drop owned by " + role, "drop role " + role);
    }
  }

  /** As docs/sql.md has it; of partitions it knows nothing. */
  @Test
  void theApplicationsRole_needsNoOtherRights() throws Exception {
    builder().build().close();
    run(
        "create role " + role + " login password 'change it'",
        "grant usage on schema public to " + role,
        "grant select, insert, update, delete on backstop_backup to " + role,
        "grant select, insert, update on backstop_cache to " + role,
        "grant select, insert, delete on backstop_news to " + role,
        "grant select, insert, update, delete on backstop_flight to " + role);
    try {
      PartitionByHash.run(database.dataSource(), PARTITIONS);
      for (int restart = 0; restart < 2; restart++) {
        try (Backstop backstop =
            Backstop.builder()
                .clock(clock)
                .jdbcUrl(database.jdbcUrl())
                .username(role)
                .password("change it")
                .migrate(false)
                .failFast(true)
                .build()) {
          BackedCache<String, String> feeds = cache(backstop, "feeds");
          assertThat(feeds.peek("k").isPresent()).isEqualTo(restart == 1);
          feeds.put("k", "v");
          feeds.put("l", "v");
          feeds.remove("l");
          cache(backstop, "cleared").put("k", "v");
          cache(backstop, "cleared").clear();
          assertThat(backstop.cullNow()).isEqualTo(new CullReport(0, 0, 1, 0));
        }
      }
    } finally {
      run("drop owned by " + role, "drop role " + role);
    }
  }

  @Test
  void runAgain_itDoesNothing() throws Exception {
    try (Backstop backstop = builder().build()) {
      cache(backstop, "feeds").put("k", "v");
      PartitionByHash.run(database.dataSource(), PARTITIONS);
      String tables = ask("select string_agg(oid::text, ' ' order by oid) from pg_class");
      PartitionByHash.run(database.dataSource(), PARTITIONS);
      assertThat(ask("select string_agg(oid::text, ' ' order by oid) from pg_class"))
          .isEqualTo(tables);
    }
    try (Backstop backstop = builder().build()) {
      assertThat(cache(backstop, "feeds").peek("k")).isPresent();
    }
  }

  @Test
  void whatItCannotKeep_itRefuses_andLeavesAsItWas() throws Exception {
    builder().build().close();
    run(
        "create function mine() returns trigger language plpgsql as 'begin return new; end'",
        "create trigger mine before insert on backstop_backup for each row execute function mine()");
    assertThatThrownBy(() -> PartitionByHash.run(database.dataSource(), PARTITIONS))
        .hasMessageContaining("backstop_backup has a trigger, a policy or a publication");
    run(
        "drop trigger mine on backstop_backup",
        "create materialized view mine as table backstop_backup");
    assertThatThrownBy(() -> PartitionByHash.run(database.dataSource(), PARTITIONS))
        .hasMessageContaining("cannot drop table backstop_backup_before");
    assertThatThrownBy(() -> PartitionByHash.run(database.dataSource(), -1))
        .hasMessageContaining("backstop.partitions must be from 0 to 1024, was -1");
    assertThat(partitions()).isEqualTo("0");
    builder().build().close();
  }

  @Test
  void laterMigrations_workOnBothForms() throws Exception {
    Flyway.configure()
        .dataSource(database.dataSource())
        .table("backstop_schema_history")
        .locations("classpath:db/backstop/postgresql")
        .target("1")
        .load()
        .migrate();
    PartitionByHash.run(database.dataSource(), PARTITIONS);
    try (Backstop backstop = builder().build()) {
      cache(backstop, "feeds").put("k", "v");
      assertThat(ask("select backups from backstop_status")).isEqualTo("1");
      assertThat(partitions()).isEqualTo("" + PARTITIONS);
    }
  }

  @Test
  void theContractsDatabase_isPartitioned() throws Exception {
    try (TestDatabase made = new PartitionedDatabases().get()) {
      for (int i = 0; i < 2; i++) {
        Backstop.builder().dataSource(made.dataSource()).failFast(true).build().close();
        assertThat(
                Sql.ask(
                    made.dataSource(),
                    "select count(*) from pg_inherits i join pg_class c on c.oid = i.inhparent where c.relname = 'backstop_backup'"))
            .isEqualTo("" + PartitionedDatabases.PARTITIONS);
        made.clean();
      }
    }
  }
}
