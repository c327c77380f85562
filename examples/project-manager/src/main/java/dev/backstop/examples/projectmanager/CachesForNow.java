package dev.backstop.examples.projectmanager;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.GenericType;
import dev.backstop.cdi.CacheName;
import dev.backstop.examples.feedreader.Feed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import java.util.List;

@ApplicationScoped
class CachesForNow {
  @Produces
  @ApplicationScoped
  Backstop backstop() {
    return Backstop.builder().jdbcUrl("jdbc:h2:./project-manager/backups").build();
  }

  void close(@Disposes Backstop backstop) {
    backstop.close();
  }

  @Produces
  @ApplicationScoped
  @CacheName("personal-projects")
  BackedCache<Long, List<Project>> projects(Backstop backstop) {
    return backstop.cache(
        CacheSpec.of("personal-projects", Long.class, new GenericType<List<Project>>() {}));
  }

  @Produces
  @ApplicationScoped
  @CacheName("news")
  BackedCache<String, Feed> news(Backstop backstop) {
    return backstop.cache(CacheSpec.of("news", String.class, Feed.class));
  }
}
