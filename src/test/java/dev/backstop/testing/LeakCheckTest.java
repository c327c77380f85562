package dev.backstop.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

class LeakCheckTest {
  private static Gate gate;
  private static H2Database database;
  private static Connection planted;

  @BeforeEach
  void prepare() {
    gate = new Gate();
    database = H2Database.inMemory();
    planted = null;
  }

  @AfterEach
  void removeWhatWasPlanted() throws SQLException {
    gate.open();
    if (planted != null) {
      planted.close();
    }
    database.close();
  }

  @Test
  void aTestThatLeavesNothingPasses() {
    run("leavesNothing").assertStatistics(tests -> tests.succeeded(1));
  }

  @Test
  void aThreadThatRunsOnFailsTheTest() {
    assertThat(failureOf("leavesAThread"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll("The test left open: [", "Thread[", "test-");
  }

  @Test
  void aConnectionThatStaysOpenFailsTheTest() {
    assertThat(failureOf("leavesAConnection"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("The test left open: [connection ");
  }

  private static Throwable failureOf(String test) {
    return run(test).failed().stream()
        .findFirst()
        .orElseThrow()
        .getRequiredPayload(TestExecutionResult.class)
        .getThrowable()
        .orElseThrow();
  }

  /** Runs it as every test is run: it is the configuration of all that registers the check. */
  private static Events run(String test) {
    return EngineTestKit.engine("junit-jupiter")
        .enableImplicitConfigurationParameters(true)
        .configurationParameter(LeakCheck.PATIENCE, "200")
        .selectors(selectMethod(Leaking.class, test))
        .execute()
        .testEvents();
  }

  /** Surefire leaves it alone, as it is nested. */
  static class Leaking {
    @Test
    void leavesNothing() {}

    @Test
    void leavesAThread() throws InterruptedException {
      Threads.start(
          () -> {
            gate.enter();
            return null;
          });
      gate.awaitEntered();
    }

    @Test
    void leavesAConnection() throws SQLException {
      planted = new CountingDataSource(database.dataSource()).getConnection();
    }
  }
}
