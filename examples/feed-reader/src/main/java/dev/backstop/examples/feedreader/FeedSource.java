package dev.backstop.examples.feedreader;

import dev.backstop.LoadContext;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The source: reads feeds over HTTP, and throws whenever it has no whole feed to return. Whatever
 * it has read before, it asks for only if it has changed.
 */
public final class FeedSource {
  private static final int OK = 200;
  private static final int NOT_MODIFIED = 304;
  private static final int LONGEST_ETAG = 512;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();
  private final FeedParser parser = new FeedParser(client);
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger unchanged = new AtomicInteger();

  public Feed read(URI uri, LoadContext<Feed> context) throws IOException, InterruptedException {
    asked.incrementAndGet();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .header("User-Agent", "backstop-feed-reader")
            .timeout(Duration.ofSeconds(10)); // a caller's patience ends earlier, by the policy
    context.etag().ifPresent(etag -> request.header("If-None-Match", etag));
    context
        .lastModified()
        .ifPresent(moment -> request.header("If-Modified-Since", Conditions.date(moment)));
    HttpResponse<byte[]> response = send(request.build());
    if (response.statusCode() == NOT_MODIFIED) {
      Feed feed = context.notModified();
      answered.incrementAndGet();
      unchanged.incrementAndGet();
      return feed;
    }
    if (response.statusCode() != OK) {
      throw new IOException("HTTP " + response.statusCode());
    }
    Feed feed = parser.parse(response.body());
    HttpHeaders headers = response.headers();
    headers
        .firstValue("ETag")
        .filter(etag -> etag.length() <= LONGEST_ETAG)
        .ifPresent(context::etag);
    Conditions.moment(headers.firstValue("Last-Modified").orElse(null))
        .ifPresent(context::lastModified);
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

  /** How often it answered with a feed, or that it has not changed. */
  int answered() {
    return answered.get();
  }

  /** How often it answered that a feed has not changed. */
  int unchanged() {
    return unchanged.get();
  }
}
