package dev.backstop.model;

import dev.backstop.CacheTier;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A tier in memory that fails, and loses and damages what it holds, as a sequence says. */
final class TestTier implements CacheTier {
  /** What of it fails, and when. */
  enum Fault {
    NONE,
    READS,
    WRITES,
    REMOVALS,
    ALL,
    /** They do their work, and then say that they failed. */
    WRITES_AFTERWARDS;

    private static final Map<Fault, Set<String>> METHODS =
        Map.of(
            NONE, Set.of(),
            READS, Set.of("get"),
            WRITES, Set.of("put", "remove", "removeIf"),
            REMOVALS, Set.of("remove", "removeIf"),
            ALL, Set.of("get", "put", "remove", "removeIf"),
            WRITES_AFTERWARDS, Set.of("put", "remove", "removeIf"));
  }

  private final String name;
  private final Map<String, byte[]> held = new ConcurrentHashMap<>();
  private volatile Fault fault = Fault.NONE;

  TestTier(String name) {
    this.name = name;
  }

  void fail(Fault how) {
    fault = how;
  }

  void lose(String key) {
    held.remove(key);
  }

  /** Damages what it holds in one place; twice is not whole again. */
  void damage(String key) {
    held.computeIfPresent(
        key,
        (same, bytes) -> {
          byte[] damaged = bytes.clone();
          damaged[damaged.length - 2] = '#'; // which is the last character of no value
          return damaged;
        });
  }

  /** Forgets everything, as at the end of a sequence. */
  void empty() {
    held.clear();
    fault = Fault.NONE;
  }

  @Override
  public String name() {
    return name;
  }

  private interface Work {
    void run();
  }

  private void write(String method, Work work) throws IOException {
    boolean fails = Fault.METHODS.get(fault).contains(method);
    if (!fails || fault == Fault.WRITES_AFTERWARDS) {
      work.run();
    }
    if (fails) {
      throw new IOException("The tier is broken");
    }
  }

  @Override
  public byte @Nullable [] get(String key) throws IOException {
    if (Fault.METHODS.get(fault).contains("get")) {
      throw new IOException("The tier is broken");
    }
    return held.get(key);
  }

  @Override
  public void put(String key, byte[] bytes) throws IOException {
    write("put", () -> held.put(key, bytes));
  }

  @Override
  public void remove(String key) throws IOException {
    write("remove", () -> held.remove(key));
  }

  @Override
  public void removeIf(Predicate<? super String> keys) throws IOException {
    write("removeIf", () -> held.keySet().removeIf(keys));
  }
}
