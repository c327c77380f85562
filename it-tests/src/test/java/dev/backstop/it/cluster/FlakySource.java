package dev.backstop.it.cluster;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What all nodes load from, if it is there. */
final class FlakySource {
  final ConcurrentMap<String, String> values = new ConcurrentHashMap<>();
  final AtomicInteger calls = new AtomicInteger();
  volatile boolean down;

  String load(String key) throws IOException {
    calls.incrementAndGet();
    if (down) {
      throw new IOException("Connection refused");
    }
    return values.get(key);
  }
}
