package dev.backstop.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class WildFlyIT extends RedeployChecks {
  @Override
  AppServer create() throws Exception {
    return new WildFly();
  }

  /**
   * WildFly looks for Jackson's annotations in all jars of an application, and finds those of
   * Jackson's own. Only the application can know which of the two it means: it says so by a
   * parameter, as that of the check of its JSON does.
   */
  @Test
  void withoutTheParameter_jacksonWritesTheJson() throws IOException {
    assertThat(ask(Application.INJECTED_ON_POOL_OF_H2.path(), "json/person"))
        .contains("\"name\":\"Ada\"", "\"password\":\"secret\"");
  }
}
