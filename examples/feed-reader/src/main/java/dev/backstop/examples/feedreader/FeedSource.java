package dev.backstop.examples.feedreader;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** The source: reads feeds over HTTP, and throws whenever it has no whole feed to return. */
final class FeedSource {
  private static final int OK = 200;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();
  private final FeedParser parser = new FeedParser(client);
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();

  Feed read(URI uri) throws IOException, InterruptedException {
    asked.incrementAndGet();
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("User-Agent", "backstop-feed-reader")
            .timeout(Duration.ofSeconds(10)) // a caller's patience ends earlier, by the policy
            .build();
    HttpResponse<byte[]> response = send(request);
    if (response.statusCode() != OK) {
      throw new IOException("HTTP " + response.statusCode());
    }
    Feed feed = parser.parse(response.body());
    answered.incrementAndGet();
    return feed;
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    try {
      return client.send(request, BodyHandlers.ofByteArray());
    } catch (ConnectException e) {
      ConnectException refused = new ConnectException("no connection"); // HttpClient says nothing
      refused.initCause(e);
      throw refused;
    }
  }

  /** How often the source was asked. */
  int asked() {
    return asked.get();
  }

  /** How often it answered with a feed. */
  int answered() {
    return answered.get();
  }
}
