package dev.backstop.it.conformance.injected;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.cdi.CacheName;
import dev.backstop.it.conformance.caches.Feed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** A bean with a cache; without one WildFly leaves CDI alone, and servlets without injection. */
@ApplicationScoped
public class Feeds {
  @Inject private Backstop backstop;

  @Inject
  @CacheName("feeds")
  private BackedCache<String, Feed> cache;

  /** The application's Backstop. */
  public Backstop backstop() {
    return backstop;
  }

  /** The application's cache. */
  public BackedCache<String, Feed> cache() {
    return cache;
  }
}
