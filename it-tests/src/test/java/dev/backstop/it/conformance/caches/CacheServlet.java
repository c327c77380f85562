package dev.backstop.it.conformance.caches;

import dev.backstop.BackedCache;
import dev.backstop.Entry;
import dev.backstop.Loader;
import dev.backstop.Policy;
import dev.backstop.it.conformance.TextServlet;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;

/** One operation per request; without a value the source is down. */
@WebServlet("/cache")
public class CacheServlet extends TextServlet {
  @Override
  protected String answer(HttpServletRequest request) throws Exception {
    String key = request.getParameter("key");
    BackedCache<String, Feed> feeds = Caches.feeds();
    switch (request.getParameter("do")) {
      case "get":
        return get(feeds, key, request.getParameter("value"));
      case "put":
        feeds.put(key, Feed.of(request.getParameter("value")));
        return "put";
      case "expire":
        feeds.expire(key);
        return "expired";
      case "remove":
        feeds.remove(key);
        return "removed";
      case "restart":
        Caches.backstop().close();
        Caches.open();
        return "restarted";
      case "cull":
        return "culled " + Caches.backstop().cullNow().rows();
      default:
        throw new IllegalArgumentException(request.getQueryString());
    }
  }

  private static String get(BackedCache<String, Feed> feeds, String key, String value) {
    Loader<Feed, IOException> loader =
        () -> {
          if (value == null) {
            throw new IOException("the source is down");
          }
          return Feed.of(value);
        };
    try {
      Entry<Feed> entry = feeds.entry(key, loader, Policy.ttl(Duration.ofMinutes(5)));
      boolean whole = entry.value().equals(Feed.of(entry.value().title()));
      return entry.origin() + " " + entry.value().title() + (whole ? "" : " damaged");
    } catch (IOException failure) {
      return "IOException: " + failure.getMessage();
    }
  }
}
