package dev.backstop.it.conformance.caches;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackstopBuilder;
import dev.backstop.CacheSpec;
import dev.backstop.it.conformance.Jndi;
import dev.backstop.it.conformance.Settings;
import dev.backstop.it.conformance.TextServlet;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;

/** One operation per request; without a value the source is down. */
public abstract class CacheServlet extends TextServlet {
  /** For the subclasses. */
  protected CacheServlet() {}

  /** The application's Backstop. */
  protected abstract Backstop backstop();

  /** The application's cache. */
  protected abstract BackedCache<String, Feed> feeds();

  @Override
  protected final String answer(HttpServletRequest request) {
    String key = request.getParameter("key");
    String value = request.getParameter("value");
    switch (request.getParameter("do")) {
      case "get":
        return Feed.get(feeds(), key, value);
      case "put":
        feeds().put(key, Feed.of(value));
        return "put";
      case "put elsewhere":
        try (Backstop elsewhere = build()) {
          elsewhere.cache(CacheSpec.of("feeds", String.class, Feed.class)).put(key, Feed.of(value));
        }
        return "put elsewhere";
      case "remove":
        feeds().remove(key);
        return "removed";
      case "cull":
        return "culled " + backstop().cullNow().rows();
      default:
        throw new IllegalArgumentException(request.getQueryString());
    }
  }

  /** One on the application's backups, by the builder. */
  protected static Backstop build() {
    BackstopBuilder builder =
        Backstop.builder()
            .namespace(Settings.get("namespace"))
            .failFast(true)
            .backupTimeout(Duration.ofSeconds(10));
    return Settings.has("pool")
        ? builder.dataSource(Jndi.dataSource(Settings.get("pool"))).build()
        : builder
            .jdbcUrl(Settings.get("url"))
            .username(Settings.get("username"))
            .password(Settings.get("password"))
            .build();
  }
}
