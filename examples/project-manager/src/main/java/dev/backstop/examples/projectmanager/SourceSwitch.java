package dev.backstop.examples.projectmanager;

import dev.backstop.annotation.Expires;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Breaks what the page is made of, so that one sees it stand in, and mends it again. */
@ApplicationScoped
class SourceSwitch {
  @Inject NewsServer server;

  private volatile boolean broken;

  boolean isBroken() {
    return broken;
  }

  /**
   * Expires both caches: nobody wants to wait a day for the ttl, or ten minutes for the next try.
   */
  @Expires(cache = "personal-projects", all = true)
  @Expires(cache = "news", all = true)
  void turn(boolean broken) {
    this.broken = broken;
    if (broken) {
      server.die();
    } else {
      server.live();
    }
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
