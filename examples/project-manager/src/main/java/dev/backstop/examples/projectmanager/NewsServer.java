package dev.backstop.examples.projectmanager;

import dev.backstop.examples.feedreader.BundledFeed;
import dev.backstop.examples.feedreader.FeedServer;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;

/** The feed reader's server of feeds, on a loopback port: somewhere for the news to come from. */
@ApplicationScoped
class NewsServer {
  private FeedServer server;

  /** Nothing more: whoever calls it has had it opened. */
  void requireOpen() {}

  @PostConstruct
  void open() {
    try {
      server = new FeedServer(BundledFeed.all());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    live();
  }

  List<BundledFeed> feeds() {
    return BundledFeed.all();
  }

  URI uri(BundledFeed feed) {
    return server.uri(feed);
  }

  synchronized void live() {
    server.close();
    try {
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @PreDestroy
  synchronized void die() {
    server.close();
  }
}
