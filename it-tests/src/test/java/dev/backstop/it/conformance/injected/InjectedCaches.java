package dev.backstop.it.conformance.injected;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.it.conformance.caches.CacheServlet;
import dev.backstop.it.conformance.caches.Feed;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;

/** Has nothing of its own to do with its cache's beginning and end. */
@WebServlet("/cache")
public class InjectedCaches extends CacheServlet {
  @Inject private Feeds feeds;

  @Override
  protected Backstop backstop() {
    return feeds.backstop();
  }

  @Override
  protected BackedCache<String, Feed> feeds() {
    return feeds.cache();
  }
}
