package dev.backstop.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.it.PostgresDatabase;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Sql;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What must hold, too, where applications come and go while the server runs. */
abstract class RedeployChecks extends ServerChecks {
  private static final int TIMES = 5;

  /**
   * Of the classes of an application that is gone the last copies may stay: Java 17 keeps that
   * whose records were compared last, and Weld that of the last request of a thread.
   */
  private static final long PINNED = 2;

  /** The other has the same libraries; nothing in it asks for a cache. */
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void fiveDeployments_leaveWhatThoseWithoutBackstopLeave() throws Exception {
    try (PostgresDatabase database = PostgresDatabase.create()) {
      War control =
          new War("control")
              .part("control")
              .libraries(Libraries.OF_BACKSTOP)
              .libraries(Libraries.DRIVERS);
      Remains ofControl = leftBy(control, this::useTheControl);
      War war =
          Application.INJECTED_ON_POSTGRESQL.war("redeployed", Database.of(database), server());
      Remains left = leftBy(war, this::useTheCache);
      assertThat(left.threads()).isSubsetOf(ofControl.threads());
      assertThat(left.beans()).isSubsetOf(ofControl.beans());
      Eventually.holds(
          () -> connections(database) == 0, "the server has ended who served its connections");
      assertThat(left.copies()).isLessThanOrEqualTo(Math.max(PINNED, ofControl.copies()));
    }
  }

  private interface Use {
    void run() throws IOException;
  }

  /** As often as the cache. */
  private void useTheControl() throws IOException {
    for (int i = 0; i < 3; i++) {
      assertThat(ask("control", "use")).isEqualTo("equal: false");
    }
  }

  private void useTheCache() throws IOException {
    ask("redeployed", "cache", "do", "put elsewhere", "key", "stands in", "value", "News");
    assertThat(ask("redeployed", "cache", "do", "get", "key", "stands in"))
        .isEqualTo("STAND_IN News");
    ask("redeployed", "cache", "do", "put", "key", "put", "value", "News");
  }

  private Remains leftBy(War war, Use use) throws Exception {
    Remains before = remains();
    for (int i = 0; i < TIMES; i++) {
      server().deploy(war.again());
      use.run();
    }
    server().undeploy(war.name());
    return remains().since(before);
  }

  private Remains remains() throws Exception {
    Jvm jvm = new Jvm(server().pid());
    return new Remains(jvm.instances("dev.backstop.it.conformance.Copy"), jvm.threads(), beans());
  }

  /** But for what WildFly's management is doing in this moment: each operation is one. */
  private TreeSet<String> beans() throws IOException {
    TreeSet<String> beans = new TreeSet<>(Set.of(ask("json", "beans").split("\n")));
    beans.removeIf(bean -> bean.startsWith("jboss.as:active-operation="));
    return beans;
  }

  /** A closed connection is seen for a moment longer. */
  private static long connections(PostgresDatabase database) {
    try {
      return Long.parseLong(
          Sql.ask(
              database.server().dataSource(),
              "select count(*) from pg_stat_activity where datname = ?",
              database.name()));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
