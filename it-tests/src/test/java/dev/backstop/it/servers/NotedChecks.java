package dev.backstop.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An entity whose changes the server's own persistence and transactions let be noted. */
interface NotedChecks extends Asking {
  @ParameterizedTest
  @EnumSource(names = {"INJECTED_ON_H2_WITH_UNIT", "INJECTED_ON_POOL_OF_POSTGRESQL"})
  default void aChangeIsNotedInItsCommit(Application application) throws IOException {
    assertThat(page(application, "get", "noted")).isEqualTo("SOURCE");
    assertThat(page(application, "get", "noted")).isEqualTo("FAST");
    assertThat(page(application, "roll back", "noted")).isEqualTo("SOURCE, then SOURCE");
    assertThat(notes(application)).isEqualTo("0");
    assertThat(page(application, "get", "noted")).isEqualTo("FAST");
    assertThat(page(application, "commit", "noted")).isEqualTo("committed");
    assertThat(notes(application)).isEqualTo("1");
    assertThat(page(application, "get", "noted")).isEqualTo("SOURCE");
    assertThat(page(application, "commit", "noted")).isEqualTo("committed");
    assertThat(notes(application)).isEqualTo("2");
  }

  private String page(Application application, String what, String id) throws IOException {
    return ask(application.path(), "pages", "do", what, "id", id + application.ordinal());
  }

  private String notes(Application application) throws IOException {
    return sqlOfCaller(
        application,
        "select count(*) from backstop_change where entity = 'Page' and entity_id = 'noted"
            + application.ordinal()
            + "'");
  }
}
