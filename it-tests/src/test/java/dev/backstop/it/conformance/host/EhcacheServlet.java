package dev.backstop.it.conformance.host;

import dev.backstop.it.conformance.TextServlet;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import org.ehcache.Cache;
import org.ehcache.CacheManager;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;

/** Keeps something in an Ehcache of its own, under the name that a cache of Backstop has, too. */
@WebServlet("/ehcache")
public class EhcacheServlet extends TextServlet {
  private CacheManager manager;

  @Override
  public void init() {
    manager =
        CacheManagerBuilder.newCacheManagerBuilder()
            .withCache(
                "feeds",
                CacheConfigurationBuilder.newCacheConfigurationBuilder(
                    String.class, String.class, ResourcePoolsBuilder.heap(10)))
            .build(true);
  }

  @Override
  public void destroy() {
    manager.close();
  }

  @Override
  protected String answer(HttpServletRequest request) {
    Cache<String, String> cache = manager.getCache("feeds", String.class, String.class);
    String before = String.valueOf(cache.get("key"));
    cache.put("key", "value");
    return before + ", then " + cache.get("key");
  }
}
