package dev.backstop.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.Policy;
import dev.backstop.annotation.Backed;
import dev.backstop.annotation.CacheKey;
import dev.backstop.annotation.Expires;
import dev.backstop.annotation.PolicyFactory;
import dev.backstop.annotation.Removes;
import dev.backstop.cdi.Application;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each region is shown on the page about annotations; {@link DocumentsTest} holds that. */
class AnnotationsTest {
  private static final Map<String, Feed> TITLES = new ConcurrentHashMap<>();

  record Feed(String title) {}

  private static Feed fetch(String name) throws IOException {
    Feed feed = TITLES.get(name);
    if (feed == null) {
      throw new FileNotFoundException(name);
    }
    return feed;
  }

  private static void store(String name, @Nullable String title) {
    Feed before = title == null ? TITLES.remove(name) : TITLES.put(name, new Feed(title));
    if (before == null) {
      throw new NoSuchElementException(name);
    }
  }

  private static int countOf(String name) {
    return TITLES.containsKey(name) ? 1 : 0;
  }

  // region annotated
  @ApplicationScoped
  static class Feeds {
    @Backed(cache = "feeds", ttl = "PT5M", maxStale = "P1D")
    public Feed read(String name) throws IOException {
      return fetch(name); // runs when the cache has to load
    }

    @Expires(cache = "feeds")
    public void rename(@CacheKey String name, String title) {
      store(name, title); // the next read loads, and if that fails, the old title stands in
    }

    @Removes(cache = "feeds", alsoOn = NoSuchElementException.class)
    public void delete(String name) {
      store(name, null);
    }
  }

  // endregion

  // region policy-factory
  @ApplicationScoped
  static class Counts implements PolicyFactory {
    @Override
    public Policy policy(Method method, List<Object> arguments) {
      return Policy.unset()
          .fingerprint(() -> countOf((String) arguments.get(0))) // asked by the cache, not here
          .standInOn(failure -> failure instanceof IOException);
    }
  }

  // endregion

  @ApplicationScoped
  static class Counted {
    @Backed(cache = "counted", policy = Counts.class)
    public Feed read(String name) throws IOException {
      return fetch(name);
    }
  }

  @Test
  void regions_run() throws IOException {
    try (Application application =
        Application.onH2("annotations").start(Feeds.class, Counts.class, Counted.class)) {
      Feeds feeds = application.bean(Feeds.class);
      TITLES.put("planet", new Feed("Planet"));
      assertThat(feeds.read("planet").title()).isEqualTo("Planet");
      TITLES.put("planet", new Feed("By another way"));
      assertThat(feeds.read("planet").title()).isEqualTo("Planet");
      feeds.rename("planet", "Planet Java");
      assertThat(feeds.read("planet").title()).isEqualTo("Planet Java");
      Counted counted = application.bean(Counted.class);
      assertThat(counted.read("planet").title()).isEqualTo("Planet Java");
      feeds.delete("planet");
      assertThatThrownBy(() -> feeds.read("planet")).isInstanceOf(FileNotFoundException.class);
      assertThat(counted.read("planet").title()).isEqualTo("Planet Java"); // it stands in
      TITLES.put("planet", new Feed("Anew"));
      feeds.read("planet");
      TITLES.clear();
      assertThatThrownBy(() -> feeds.delete("planet")).isInstanceOf(NoSuchElementException.class);
      assertThatThrownBy(() -> feeds.read("planet")).isInstanceOf(FileNotFoundException.class);
    }
  }
}
