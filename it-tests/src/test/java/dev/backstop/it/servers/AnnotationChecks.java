package dev.backstop.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Annotated methods with the server's own transactions. */
interface AnnotationChecks extends Asking {
  @ParameterizedTest
  @EnumSource(mode = Mode.MATCH_ALL, names = "INJECTED_.*")
  default void aBackedMethod_runsWhenItLoads(Application application) throws IOException {
    assertThat(call(application, "read", "loads", "News")).isEqualTo("News");
    assertThat(call(application, "read", "loads", "Later news")).isEqualTo("News");
    hasRows(application, "loads", 1);
  }

  /** The load is outside of its transaction, which alone is rolled back. */
  @ParameterizedTest
  @EnumSource(mode = Mode.MATCH_ALL, names = "INJECTED_.*")
  default void aBackedMethodFails_andTheBackupStandsIn(Application application) throws IOException {
    assertThat(call(application, "read", "fails", "News")).isEqualTo("News");
    assertThat(call(application, "change", "fails")).isEqualTo("stale");
    assertThat(call(application, "read", "fails")).isEqualTo("News");
    hasRows(application, "fails", 2);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.MATCH_ALL, names = "INJECTED_.*")
  default void aChangingMethod_takesPartInItsCallersTransaction(Application application)
      throws IOException {
    assertThat(call(application, "read", "takes part", "News")).isEqualTo("News");
    assertThat(call(application, "change, roll back", "takes part")).isEqualTo("stale, fresh");
    hasRows(application, "takes part", 1);
    assertThat(call(application, "change, commit", "takes part")).isEqualTo("stale, stale");
    hasRows(application, "takes part", 2);
  }

  /** Whether the server has interceptors for the annotations of JSR-107: Backstop's do nothing. */
  default boolean hasStandardInterceptors() {
    return false;
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.MATCH_ALL, names = "INJECTED_ON_(POOL|TIGHT).*")
  default void theAnnotationsOfTheStandard_cache(Application application) throws IOException {
    String first = call(application, "standard", "once");
    assertThat(call(application, "standard", "once")).isEqualTo(first);
    assertThat(call(application, "standard", "another")).isNotEqualTo(first);
    String query = "select count(*) from backstop_backup where cache_key like '%%%s%%'";
    assertThat(sql(application, query.formatted(key(application, "once"))))
        .isEqualTo(hasStandardInterceptors() ? "0" : "1");
  }

  private String call(Application application, String what, String id, String... title)
      throws IOException {
    return title.length == 0
        ? ask(application.path(), "annotated", "do", what, "id", key(application, id))
        : ask(
            application.path(),
            "annotated",
            "do",
            what,
            "id",
            key(application, id),
            "title",
            title[0]);
  }

  private void hasRows(Application application, String id, int count) throws IOException {
    String query =
        "select count(*) from caller where id like '%s, call%%'".formatted(key(application, id));
    assertThat(sqlOfCaller(application, query)).isEqualTo(Integer.toString(count));
  }

  private static String key(Application application, String id) {
    return "annotated " + id + application.ordinal();
  }
}
