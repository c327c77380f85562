package dev.backstop.contract;

import dev.backstop.BulkLoader;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A source of many keys: each has the value {@code key + "=" + version}, unless a test says so. */
final class BulkSource implements BulkLoader<String, String, IOException> {
  private final List<List<String>> calls = new CopyOnWriteArrayList<>();
  private final Set<String> absent = ConcurrentHashMap.newKeySet();
  private final Set<String> gone = ConcurrentHashMap.newKeySet();
  private volatile String version = "v1";
  private volatile @Nullable IOException failure;

  @Override
  public Map<String, @Nullable String> load(Set<String> keys) throws IOException {
    calls.add(List.copyOf(keys));
    IOException now = failure;
    if (now != null) {
      throw now;
    }
    Map<String, @Nullable String> values = new HashMap<>();
    for (String key : keys) {
      if (!absent.contains(key)) {
        values.put(key, gone.contains(key) ? null : key + "=" + version);
      }
    }
    return values;
  }

  void answer(String next) {
    version = next;
    failure = null;
  }

  /** From now on it says nothing of these. */
  void leaveOut(String... keys) {
    absent.addAll(List.of(keys));
  }

  /** From now on it has no such things. */
  void lose(String... keys) {
    gone.addAll(List.of(keys));
  }

  IOException fail() {
    IOException next = new IOException("The source is down");
    failure = next;
    return next;
  }

  /** The keys of each call. */
  List<List<String>> calls() {
    return calls;
  }
}
