package dev.backstop.examples.projectmanager;

import dev.backstop.BackedCache;
import dev.backstop.cdi.CacheName;
import dev.backstop.examples.feedreader.Feed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;

/** Breaks what the page is made of, so that one sees it stand in, and mends it again. */
@ApplicationScoped
class SourceSwitch {
  @Inject
  @CacheName("personal-projects")
  BackedCache<Long, List<Project>> projects;

  @Inject
  @CacheName("news")
  BackedCache<String, Feed> feeds;

  @Inject NewsServer server;

  private volatile boolean broken;

  boolean isBroken() {
    return broken;
  }

  void turn(boolean broken) {
    this.broken = broken;
    if (broken) {
      server.die();
    } else {
      server.live();
    }
    // nobody wants to wait a day for the ttl, or ten minutes for the next try
    projects.expireCreatedBefore(Instant.now());
    feeds.expireCreatedBefore(Instant.now());
  }

  /** For whoever is about to read the tasks of a project. */
  void requireProjects() {
    if (broken) {
      throw new BrokenException();
    }
  }

  /** What a database that is down looks like to its callers. */
  static final class BrokenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BrokenException() {
      super("The project database does not answer");
    }
  }
}
