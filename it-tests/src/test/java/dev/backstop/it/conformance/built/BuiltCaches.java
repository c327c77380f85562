package dev.backstop.it.conformance.built;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.it.conformance.caches.CacheServlet;
import dev.backstop.it.conformance.caches.Feed;
import jakarta.servlet.annotation.WebServlet;

/** Opens and closes the application's Backstop, by its builder. */
@WebServlet(value = "/cache", loadOnStartup = 1)
public class BuiltCaches extends CacheServlet {
  private Backstop backstop;

  @Override
  public void init() {
    backstop = build();
  }

  @Override
  public void destroy() {
    backstop.close();
  }

  @Override
  protected Backstop backstop() {
    return backstop;
  }

  @Override
  protected BackedCache<String, Feed> feeds() {
    return backstop.cache(CacheSpec.of("feeds", String.class, Feed.class));
  }
}
