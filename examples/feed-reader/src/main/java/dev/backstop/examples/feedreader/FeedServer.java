package dev.backstop.examples.feedreader;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Serves the bundled feeds on a loopback port, and behaves as badly as it is told to. It keeps its
 * port over a death. Not for several threads but the handlers' own.
 */
public final class FeedServer implements AutoCloseable {
  private static final List<String> GARBAGE =
      List.of(
          "<html><body><h1>It works!</h1></body></html>",
          "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel><title>Tramw",
          "\u0000\u0007PK\u0003\u0004 \u2588\u2588\u2588");

  private final List<BundledFeed> feeds;
  private final Instant born = Instant.now();
  private final Map<String, Instant> news = new ConcurrentHashMap<>();
  private final InetAddress loopback = InetAddress.getLoopbackAddress();
  private int port;
  private @Nullable HttpServer http;
  private @Nullable ExecutorService threads;
  private volatile Mood mood = Mood.WELL;
  private volatile CountDownLatch hanging = new CountDownLatch(1);

  /** Chooses a free port; nobody listens on it before {@link #start}. */
  public FeedServer(List<BundledFeed> feeds) throws IOException {
    this.feeds = List.copyOf(feeds);
    try (ServerSocket probe = new ServerSocket(0, 1, loopback)) {
      port = probe.getLocalPort();
    }
  }

  public URI uri(BundledFeed feed) {
    return URI.create(
        "http://" + loopback.getHostAddress() + ":" + port + "/" + feed.name() + ".xml");
  }

  public void start() throws IOException {
    HttpServer server = bind();
    port = server.getAddress().getPort();
    for (int i = 0; i < feeds.size(); i++) {
      BundledFeed feed = feeds.get(i);
      String garbage = GARBAGE.get(i % GARBAGE.size());
      server.createContext("/" + feed.name() + ".xml", exchange -> answer(exchange, feed, garbage));
    }
    threads = Executors.newCachedThreadPool(FeedServer::daemon);
    server.setExecutor(threads);
    server.start();
    http = server;
  }

  private HttpServer bind() throws IOException {
    try {
      return HttpServer.create(new InetSocketAddress(loopback, port), 0);
    } catch (BindException taken) { // by another program, while we were dead
      return HttpServer.create(new InetSocketAddress(loopback, 0), 0);
    }
  }

  /** Publishes the news of a feed. */
  void publish(BundledFeed feed) {
    news.put(feed.name(), Instant.now());
  }

  /** Changes how it behaves; whoever hangs is let go without an answer. */
  void turn(Mood mood) {
    this.mood = mood;
    hanging.countDown();
    hanging = new CountDownLatch(1);
  }

  /** Dies: from here on, connections are refused. */
  @Override
  public void close() {
    if (http != null && threads != null) {
      http.stop(0);
      threads.shutdownNow();
      http = null;
    }
  }

  private void answer(HttpExchange exchange, BundledFeed feed, String garbage) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Connection", "close"); // or a dead server's would linger
      switch (mood) {
        case WELL -> answerWell(exchange, feed);
        case HANGS -> hanging.await();
        case ANSWERS_500 -> send(exchange, 500, "Internal Server Error");
        case ANSWERS_GARBAGE -> send(exchange, 200, garbage);
      }
    } catch (InterruptedException dying) {
      Thread.currentThread().interrupt();
    }
  }

  /** With the feed or, if whoever asks has it already, without. */
  private void answerWell(HttpExchange exchange, BundledFeed feed) throws IOException {
    Instant published = news.get(feed.name());
    Instant changed = published == null ? born : published;
    String text = feed.edition(born, published);
    String etag =
        '"' + UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString() + '"';
    exchange.getResponseHeaders().set("ETag", etag);
    exchange.getResponseHeaders().set("Last-Modified", Conditions.date(changed));
    Headers asked = exchange.getRequestHeaders();
    if (Conditions.isKnown(
        etag, changed, asked.getFirst("If-None-Match"), asked.getFirst("If-Modified-Since"))) {
      exchange.sendResponseHeaders(304, -1); // and no body
    } else {
      send(exchange, 200, text);
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "feed-server");
    thread.setDaemon(true);
    return thread;
  }
}
