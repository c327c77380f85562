package dev.backstop.contract;

import dev.backstop.CacheTier;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A tier in memory that fails as a test says. */
final class TestTier implements CacheTier {
  private final String name;
  final Map<String, byte[]> held = new ConcurrentHashMap<>();
  final AtomicInteger reads = new AtomicInteger();
  final AtomicInteger writes = new AtomicInteger();

  /** The methods that fail. */
  volatile Set<String> failing = Set.of();

  /** What with. */
  volatile Exception failure = new IOException("The tier is broken");

  /** Whether a method that fails has done its work before. */
  volatile boolean failsAfterwards;

  /** Runs when a value was read, before it is returned. */
  volatile Runnable afterRead = () -> {};

  /** Runs before a write. */
  volatile Runnable beforeWrite = () -> {};

  TestTier(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  private void fail(String method, boolean afterwards) throws Exception {
    if (failing.contains(method) && failsAfterwards == afterwards) {
      throw failure;
    }
  }

  @Override
  public byte @Nullable [] get(String key) throws Exception {
    reads.incrementAndGet();
    fail("get", failsAfterwards);
    byte[] bytes = held.get(key);
    afterRead.run();
    return bytes;
  }

  @Override
  public void put(String key, byte[] bytes) throws Exception {
    writes.incrementAndGet();
    beforeWrite.run();
    fail("put", false);
    held.put(key, bytes);
    fail("put", true);
  }

  @Override
  public void remove(String key) throws Exception {
    writes.incrementAndGet();
    beforeWrite.run();
    fail("remove", false);
    held.remove(key);
    fail("remove", true);
  }

  @Override
  public void removeIf(Predicate<? super String> keys) throws Exception {
    writes.incrementAndGet();
    beforeWrite.run();
    fail("removeIf", false);
    held.keySet().removeIf(keys);
    fail("removeIf", true);
  }
}
