package dev.backstop.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What an application does without Backstop goes on as it did. */
interface HostChecks extends Asking {
  /** The parameter only WildFly needs; see {@link WildFlyIT}. */
  @Test
  default void aResourceAnswersTheSameJson_withBackstop() throws IOException {
    String without = ask("json", "json/person");
    assertThat(without)
        .contains("\"full-name\":\"Ada\"", "10.12.1815", "\"title\":\"Countess\"")
        .doesNotContain("secret", "email");
    assertThat(ask(Application.INJECTED_ON_H2_WITH_UNIT.path(), "json/person")).isEqualTo(without);
  }

  @Test
  default void theApplicationsOwnEhcache_goesOn() throws IOException {
    String path = Application.INJECTED_ON_POSTGRESQL.path();
    assertThat(ask(path, "ehcache")).isEqualTo("null, then value");
    assertThat(ask(path, "ehcache")).isEqualTo("value, then value");
  }

  @Test
  default void theApplicationsOwnMigrations_goOn() throws IOException {
    Application application = Application.INJECTED_ON_POSTGRESQL;
    assertThat(ask(application.path(), "flyway")).isEqualTo("1 to 1");
    assertThat(ask(application.path(), "flyway")).startsWith("0");
    String count = "select count(*) from %s where version = '1'";
    assertThat(sql(application, count.formatted("flyway_schema_history"))).isEqualTo("1");
    assertThat(sql(application, count.formatted("backstop_schema_history"))).isEqualTo("1");
  }
}
