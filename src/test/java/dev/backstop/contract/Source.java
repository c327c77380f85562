package dev.backstop.contract;

import dev.backstop.Loader;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A source that answers, or fails, as a test says, and counts how often it was asked. */
final class Source implements Loader<String, IOException> {
  private final AtomicInteger calls = new AtomicInteger();
  private volatile @Nullable String value;
  private volatile @Nullable IOException failure;

  Source(@Nullable String value) {
    this.value = value;
  }

  static Source failing() {
    Source source = new Source("never seen");
    source.fail();
    return source;
  }

  @Override
  public @Nullable String load() throws IOException {
    calls.incrementAndGet();
    IOException now = failure;
    if (now != null) {
      throw now;
    }
    return value;
  }

  /** From now on it answers so. */
  void answer(@Nullable String next) {
    value = next;
    failure = null;
  }

  /** From now on it fails; returns what with. */
  IOException fail() {
    IOException next = new IOException("The source is down");
    failure = next;
    return next;
  }

  int calls() {
    return calls.get();
  }
}
