package dev.backstop.examples.feedreader;

import java.net.URI;
import java.util.function.Supplier;

/**
 * One feed that is read.
 *
 * @param key its key in the cache, the same at every start
 * @param name what the terminal calls it
 * @param uri where it is now
 */
record Subscription(String key, String name, Supplier<URI> uri) {
  /** A feed of the world, known by its address. */
  static Subscription to(URI uri) {
    return new Subscription(uri.toString(), uri.getHost().replaceFirst("^www\\.", ""), () -> uri);
  }
}
