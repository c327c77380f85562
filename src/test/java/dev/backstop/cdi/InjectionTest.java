package dev.backstop.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.testing.TestDatabase;
import dev.backstop.testing.TestDatabases;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an application has injected, and that it is the cache it asked for. */
class InjectionTest {
  record Feed(String title, Map<String, List<Integer>> items) {}

  static class Reader {
    @Inject
    @CacheName("feeds")
    BackedCache<String, Feed> feeds;

    @Inject
    @CacheName("lists")
    BackedCache<Long, List<Feed>> lists;

    @Inject Backstop backstop;
  }

  @Test
  void injectedCache_backsUp_andStandsInAfterARestart() throws Exception {
    try (TestDatabase database = TestDatabases.create()) {
      injectedCache_backsUp_andStandsInAfterARestart(database);
    }
  }

  private static void injectedCache_backsUp_andStandsInAfterARestart(TestDatabase database)
      throws Exception {
    Feed feed = new Feed("Planet", Map.of("a", List.of(1, 2)));
    try (Application application = Application.on(database).start(Reader.class)) {
      Reader reader = application.bean(Reader.class);
      assertThat(reader.feeds.name()).isEqualTo("feeds");
      assertThat(reader.feeds.get("planet", () -> feed)).isEqualTo(feed);
      assertThat(reader.lists.get(1L, () -> List.of(feed))).containsExactly(feed);
      assertThat(reader.backstop.writes().written()).isEqualTo(2);
    }
    try (Application again = Application.on(database).start(Reader.class)) {
      Reader reader = again.bean(Reader.class);
      assertThat(reader.feeds.get("planet", InjectionTest::fail)).isEqualTo(feed);
      assertThat(reader.lists.get(1L, InjectionTest::fail)).containsExactly(feed);
    }
  }

  private static <T> T fail() throws IOException {
    throw new IOException("The source is down");
  }
}
