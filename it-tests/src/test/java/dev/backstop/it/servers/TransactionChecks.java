package dev.backstop.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Callers in the middle of a transaction: their rows and their transaction's status are as they
 * would be without Backstop, and the backup is there, whatever becomes of them.
 */
interface TransactionChecks extends Asking {
  @ParameterizedTest
  @EnumSource(mode = Mode.MATCH_ALL, names = "INJECTED_.*")
  default void aCallerRollsBack(Application application) throws IOException {
    Caller caller = new Caller(this, application, "rolls back");
    assertThat(caller.does("insert", "load", "rollback")).isEqualTo("active, SOURCE News, active");
    caller.hasRows(0);
    caller.hasBackup();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.MATCH_ALL, names = "INJECTED_.*")
  default void aCallerCommits(Application application) throws IOException {
    Caller caller = new Caller(this, application, "commits");
    assertThat(caller.does("insert", "load", "commit")).isEqualTo("active, SOURCE News, active");
    caller.hasRows(2);
    caller.hasBackup();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.MATCH_ALL, names = "INJECTED_.*")
  default void aCallerPuts_andCommits(Application application) throws IOException {
    Caller caller = new Caller(this, application, "puts");
    assertThat(caller.does("insert", "put, see", "commit"))
        .isEqualTo("active, News, others nothing, active");
    caller.hasRows(2);
    assertThat(caller.isSeenAs()).isEqualTo("News");
    caller.hasBackup();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.MATCH_ALL, names = "INJECTED_.*")
  default void aCallerPuts_andRollsBack(Application application) throws IOException {
    Caller caller = new Caller(this, application, "puts in vain");
    assertThat(caller.does("insert", "put, see", "rollback"))
        .isEqualTo("active, News, others nothing, active");
    caller.hasRows(0);
    assertThat(caller.isSeenAs()).isEqualTo("nothing");
    caller.hasNoBackup();
  }

  /** The classic fault: somebody reloads the old row between the invalidation and the commit. */
  @ParameterizedTest
  @EnumSource(mode = Mode.MATCH_ALL, names = "INJECTED_.*")
  default void aCallerRemoves_andSomebodyReloadsBeforeItCommits(Application application)
      throws IOException {
    Caller caller = new Caller(this, application, "removes");
    caller.hasOld();
    assertThat(caller.does("insert", "remove, reload", "commit"))
        .isEqualTo("active, nothing, others FAST Old, active");
    assertThat(caller.isSeenAs()).isEqualTo("nothing");
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.MATCH_ALL, names = "INJECTED_.*")
  default void aCallerRemoves_andRollsBack(Application application) throws IOException {
    Caller caller = new Caller(this, application, "removes in vain");
    caller.hasOld();
    assertThat(caller.does("insert", "remove, reload", "rollback"))
        .isEqualTo("active, nothing, others FAST Old, active");
    assertThat(caller.isSeenAs()).isEqualTo("Old");
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.MATCH_ALL, names = "INJECTED_.*")
  default void aCallerLoadsWhatIsNotCommitted(Application application) throws IOException {
    Caller caller = new Caller(this, application, "reads its own");
    String loaded = "active, SOURCE Uncommitted, others nothing, active";
    assertThat(caller.does("insert", "dirty load", "rollback")).isEqualTo(loaded);
    assertThat(caller.isSeenAs()).isEqualTo("nothing");
    assertThat(caller.does("insert", "dirty load", "commit")).isEqualTo(loaded);
    assertThat(caller.isSeenAs()).isEqualTo("Uncommitted");
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.MATCH_ALL, names = "INJECTED_.*")
  default void aBackupStandsIn_andTheCallerRollsBack(Application application) throws IOException {
    Caller caller = new Caller(this, application, "is served");
    caller.hasBackupFromElsewhere();
    assertThat(caller.does("insert", "stand in", "rollback"))
        .isEqualTo("active, STAND_IN News, active");
    caller.hasRows(0);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.MATCH_ALL, names = "INJECTED_.*")
  default void aCallerIsMarkedForRollback(Application application) throws IOException {
    Caller caller = new Caller(this, application, "is marked");
    assertThat(caller.does("insert, mark", "load", "rollback"))
        .isEqualTo("marked, SOURCE News, marked");
    caller.hasRows(0);
    caller.hasBackup();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.MATCH_ALL, names = "INJECTED_ON_(P|T).*")
  default void aCallerHasAFailedStatement(Application application) throws IOException {
    Caller caller = new Caller(this, application, "has failed");
    assertThat(caller.does("insert, fail", "load", "rollback"))
        .isEqualTo("active, SOURCE News, active");
    caller.hasRows(0);
    caller.hasBackup();
  }

  @ParameterizedTest
  @EnumSource(names = {"INJECTED_ON_POSTGRESQL", "INJECTED_ON_POOL_OF_POSTGRESQL"})
  default void aCallerIsReadOnly(Application application) throws IOException {
    Caller caller = new Caller(this, application, "is read only");
    assertThat(caller.does("read only", "load", "commit")).isEqualTo("active, SOURCE News, active");
    caller.hasBackup();
  }

  @ParameterizedTest
  @EnumSource(names = "INJECTED_ON_TIGHT_POOL")
  default void aCallerHoldsTheLastConnection(Application application) throws IOException {
    Caller caller = new Caller(this, application, "holds all");
    assertThat(caller.does("insert", "load", "commit", 1)).isEqualTo("active, SOURCE News, active");
    caller.hasRows(2);
    caller.hasBackup();
  }
}
