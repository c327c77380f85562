package dev.backstop.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What an application sees of its caches. */
interface CacheChecks extends Asking {
  @ParameterizedTest
  @EnumSource
  default void aValue_isLoadedOnce_andBackedUpAsText(Application application) throws IOException {
    assertThat(get(application, "loaded", "News")).isEqualTo("SOURCE News");
    assertThat(get(application, "loaded", "Later news")).isEqualTo("FAST News");
    String text = application.isOnH2() ? "utf8tostring(blob)" : "convert_from(blob, 'UTF8')";
    assertThat(sql(application, "select " + text + row(application, "loaded")))
        .contains("\"title\":\"News today\"")
        .contains("2026-02-03T04:05:06.123456Z");
  }

  @ParameterizedTest
  @EnumSource
  default void theBackupThatAnotherWrote_standsIn(Application application) throws IOException {
    cache(application, "put elsewhere", "stands in", "News");
    assertThat(get(application, "stands in")).isEqualTo("STAND_IN News");
  }

  @ParameterizedTest
  @EnumSource
  default void whatWasRemoved_doesNotStandIn(Application application) throws IOException {
    cache(application, "put", "removed", "News");
    assertThat(get(application, "removed", "Never loaded")).isEqualTo("FAST News");
    cache(application, "remove", "removed");
    assertThat(sql(application, "select blob" + row(application, "removed"))).isEqualTo("null");
    assertThat(get(application, "removed")).isEqualTo("IOException: the source is down");
  }

  @ParameterizedTest
  @EnumSource
  default void aCullLooksThroughTheTable(Application application) throws IOException {
    assertThat(cache(application, "cull", "-")).isEqualTo("culled 0");
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.MATCH_ALL, names = ".*_WITH_UNIT")
  default void theApplicationsOwnUnit_isTheOnlyOne(Application application) throws IOException {
    String id = application.path();
    assertThat(ask(application.path(), "notes", "id", id))
        .isEqualTo(id + (application.notes() ? " Note,Page" : " Note"));
  }

  private String get(Application application, String key, String... value) throws IOException {
    return cache(application, "get", key, value);
  }

  private String cache(Application application, String operation, String key, String... value)
      throws IOException {
    return value.length == 0
        ? ask(application.path(), "cache", "do", operation, "key", key)
        : ask(application.path(), "cache", "do", operation, "key", key, "value", value[0]);
  }

  private static String row(Application application, String key) {
    return " from backstop_backup where cache_key = '%s' and cache_name = '%d:feeds'"
        .formatted(key, application.ordinal());
  }
}
