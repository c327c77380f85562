package dev.backstop.it.outage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.Entry;
import dev.backstop.testing.Effort;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Sql;
import dev.backstop.testing.Started;
import dev.backstop.testing.Tally;
import dev.backstop.testing.Threads;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a person does to a database while Backstop works on it. */
@Tag("reliability")
class AdministeredIT extends OutageFixture {
  /** Long enough that nobody misses it, whatever the machine does. */
  private static final Duration PATIENT = Duration.ofSeconds(5);

  private static final String TERMINATE =
      "select count(pg_terminate_backend(pid)) from pg_stat_activity"
          + " where datname = current_database() and pid <> pg_backend_pid()";

  private static final List<String> MAINTENANCE =
      List.of(
          "vacuum full backstop_backup",
          "reindex table backstop_backup",
          "alter table backstop_backup add column note varchar(10) default 'x'",
          "create index by_note on backstop_backup (note)",
          "cluster backstop_backup using backstop_backup_pk",
          "alter table backstop_backup drop column note",
          "vacuum analyze backstop_backup");

  /** Each locks the table for as long as it takes, and all of it changes under the statements. */
  @Test
  void maintenance_isWaitedForAndNoOutage() throws Exception {
    Backstop backstop =
        open(Way.JDBC_URL, database.jdbcUrl(), builder -> builder.backupTimeout(PATIENT));
    BackedCache<String, String> cache = cache(backstop);
    AtomicBoolean isOver = new AtomicBoolean();
    List<Started<Integer>> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String key = "put-" + i;
      threads.add(
          Threads.start(
              () -> {
                int puts = 0;
                for (; !isOver.get(); puts++) {
                  String value = key + "-" + puts;
                  cache.put(key, value);
                  assertThat(cache.get(key + "-load-" + puts, () -> value)).isEqualTo(value);
                  cache.expire(key);
                  assertThat(cache.get(key, new Down())).isEqualTo(value);
                }
                return puts;
              }));
    }
    int rounds = Effort.of(3, 100);
    for (int i = 0; i < rounds; i++) {
      run(MAINTENANCE.toArray(String[]::new));
    }
    isOver.set(true);
    int puts = 0;
    for (Started<Integer> thread : threads) {
      puts += thread.join();
    }
    assertThat(puts).isPositive();
    assertNoOutage();
    Tally.note(
        getClass(),
        "maintenance: " + rounds * MAINTENANCE.size() + " statements meanwhile, " + puts + " puts");
  }

  /** A role of its own, as superusers are asked neither. */
  private String role(DataSource admin, String name) throws SQLException {
    String role = name + "_of_" + database.name();
    Sql.run(
        admin,
        "create role " + role + " login password '" + role + "' in role pg_read_all_data",
        "grant pg_write_all_data to " + role);
    return role;
  }

  private BackedCache<String, String> as(String role, String jdbcUrl) {
    return cache(
        closing(
            Backstop.builder()
                .jdbcUrl(jdbcUrl)
                .username(role)
                .password(role)
                .migrate(false)
                .backupTimeout(BOUND)
                .build()));
  }

  /** SQLState 53300: the server has too many clients already, of this role at least. */
  @Test
  void tooManyConnections_isAnOutageUntilOneIsFree() throws Exception {
    String role = role(database.dataSource(), "crowded");
    try {
      BackedCache<String, String> cache = as(role, database.jdbcUrl());
      assertStandsIn(cache);
      run("alter role " + role + " connection limit 0");
      ask(TERMINATE + " and usename = '" + role + "'");
      long began = System.nanoTime();
      assertOwnException(cache);
      assertThat(System.nanoTime() - began).isLessThan(5 * BOUND.toNanos());
      assertThat(waitedWhileOut(cache)).isZero();
      assertThat(logged.messages(Level.WARNING)).singleElement().asString().contains("too many");
      run("alter role " + role + " connection limit -1");
      awaitLoads();
      assertOneOutage();
      assertStandsIn(cache);
    } finally {
      closeNow();
      run("drop role " + role);
    }
  }

  /** Made anew it is empty, and nobody makes the tables but who starts. */
  @Test
  void aDatabaseThatIsDroppedAndMadeAnew_servesOnceItIsMigrated() throws Exception {
    String name = "anew_of_" + database.name();
    DataSource admin = database.server().dataSource();
    Sql.run(admin, "create database " + name);
    DataSource anew = database.server().dataSource(name);
    String url = database.server().dataSource(name).getURL();
    try {
      Backstop backstop = open(Way.JDBC_URL, url);
      BackedCache<String, String> cache = cache(backstop);
      cache.put("before", "put");
      Sql.run(admin, "drop database " + name + " with (force)");
      assertUnavailable(() -> cache.put("during", "put"));
      assertThat(waitedOfLoads(cache)).isLessThanOrEqualTo(1);
      Sql.run(admin, "create database " + name);
      assertThat(waitedOfLoads(cache)).isZero();
      try (Backstop another = open(Way.JDBC_URL, url)) {
        assertThat(another.writes().waiting()).isZero();
      }
      Eventually.holds(() -> backstop.writes().waiting() == 0, "all is written");
      assertOneOutage();
      try (Backstop later = open(Way.DATA_SOURCE, url)) {
        assertThat(cache(later).peek("during").map(Entry::value)).contains("put");
        assertThat(cache(later).peek("before")).isEmpty(); // that is lost
      }
      assertThat(cache.get("before", () -> "never asked")).isEqualTo("put"); // the fast copy
      assertThat(Sql.ask(anew, "select count(*) from backstop_backup where blob is not null"))
          .isEqualTo("101");
    } finally {
      closeNow();
      Sql.run(admin, "drop database if exists " + name + " with (force)");
    }
  }
}
