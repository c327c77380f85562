package dev.backstop.it.source;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupReads;
import dev.backstop.CacheSpec;
import dev.backstop.Durability;
import dev.backstop.Policy;
import dev.backstop.testing.Eventually;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What SmallHeapIT does in another process. It ends badly where something is not as it must be. */
final class SmallHeapProgram {
  private static final int MEGABYTE = 1 << 20;
  private static final int KEYS = 64;
  private static final int THREADS = 4;

  /** All keys at once are less than an eighth of the heap, so that the queue never drops one. */
  private static final int LENGTH = 100_000;

  /** A driver that ran out of memory within a message may wait for its rest: 30 s, as it is set. */
  private static final Duration SILENCE = Duration.ofSeconds(60);

  private static final Policy CHAIN =
      Policy.ttl(Duration.ofHours(1)).backupReads(BackupReads.WHILE_FRESH);

  private final String[] arguments;

  /** Made beforehand: what is noted while the heap is full must take no memory. */
  private final AtomicIntegerArray acknowledged = new AtomicIntegerArray(KEYS);

  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger outOfMemory = new AtomicInteger();
  private volatile boolean isOver;

  private SmallHeapProgram(String[] arguments) {
    this.arguments = arguments;
  }

  public static void main(String[] arguments) throws Exception {
    SmallHeapProgram program = new SmallHeapProgram(arguments);
    switch (arguments[0]) {
      case "full-heap" -> program.fullHeap();
      case "waiting-writes" -> program.waitingWrites();
      case "large-reads" -> program.largeReads();
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    System.out.println("all is well");
  }

  private Backstop open(Durability durability) {
    return Backstop.builder()
        .jdbcUrl(arguments[1])
        .username(arguments[2])
        .password(arguments[3])
        .durability(durability)
        .backupTimeout(Duration.ofSeconds(5))
        .cullEvery(Duration.ofSeconds(1))
        .build();
  }

  private static BackedCache<Integer, String> cache(Backstop backstop, int heapEntries) {
    return backstop.cache(
        CacheSpec.of("large", Integer.class, String.class).policy(CHAIN).heapEntries(heapEntries));
  }

  private void fullHeap() throws Exception {
    try (Backstop backstop = open(Durability.SYNC)) {
      BackedCache<Integer, String> cache = cache(backstop, 8);
      cache.put(0, text(0, 1, 1_000));
      acknowledged.set(0, 1);
      List<Thread> workers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int first = i;
        Thread worker = new Thread(() -> work(cache, first));
        worker.start();
        workers.add(worker);
      }
      fillTheHeap(System.nanoTime() + Integer.parseInt(arguments[4]) * 1_000_000_000L);
      isOver = true;
      for (Thread worker : workers) {
        worker.join(60_000);
        check(!worker.isAlive(), "a caller hangs");
      }
      check(outOfMemory.get() > 0, "the heap was never full");
      Eventually.holds(
          () -> threads().containsAll(Set.of("writer", "pulse", "cull")), "threads go on");
      boolean isDurable = Eventually.within(SILENCE, () -> isDurable(cache));
      check(isDurable, "puts are durable again; " + backstop.writes());
      for (int key = 0; key < KEYS; key++) {
        int of = key;
        check(Eventually.within(SILENCE, () -> isFree(cache, of)), "the key is taken: " + of);
      }
      check(backstop.cullNow() != null, "culling");
      check(backstop.writes().dropped() == 0, "dropped: " + backstop.writes());
      check(backstop.writes().refused() == 0, "refused: " + backstop.writes());
    }
    System.out.printf(
        "full-heap: %,d calls, %,d of them ended by OutOfMemoryError%n",
        calls.get(), outOfMemory.get());
  }

  /** Each thread has keys of its own, so that what it put last is what must be there. */
  private void work(BackedCache<Integer, String> cache, int first) {
    int version = 1;
    while (!isOver) {
      for (int key = first; key < KEYS && !isOver; key += THREADS) {
        try {
          calls.incrementAndGet();
          version++;
          cache.put(key, text(key, version, LENGTH));
          acknowledged.set(key, version);
          checkNewest(key, cache.get(key, () -> "the source"));
          checkNewest(key, cache.get(key, () -> "the source", CHAIN.hardTimeout(HOUR)));
        } catch (OutOfMemoryError expected) {
          outOfMemory.incrementAndGet();
        } catch (RuntimeException unavailable) {
          // It says that it is not durable: nothing was acknowledged.
        }
      }
    }
  }

  private static final Duration HOUR = Duration.ofHours(1);

  private void checkNewest(int key, String value) {
    if (value.startsWith(key + " ")) {
      int found = Integer.parseInt(value.substring(value.indexOf(' ') + 1, value.indexOf('.')));
      if (found < acknowledged.get(key)) {
        System.out.println("lost: " + key + " is " + found + ", was " + acknowledged.get(key));
        Runtime.getRuntime().halt(1);
      }
    }
  }

  /** Another connection of the pool may be one on which memory ran out, when nobody looked. */
  private boolean isFree(BackedCache<Integer, String> cache, int key) {
    try {
      cache.expire(key);
      boolean isLoaded = "next".equals(cache.get(key, () -> "next"));
      cache.put(key, text(key, acknowledged.get(key) + 1_000_000, 10));
      return isLoaded;
    } catch (RuntimeException notYet) {
      return false;
    }
  }

  private static boolean isDurable(BackedCache<Integer, String> cache) {
    try {
      cache.put(0, text(0, 1_000, 10));
      return true;
    } catch (RuntimeException notYet) {
      return false;
    }
  }

  /** Takes all there is, again and again, and gives it back; at least until a caller met it. */
  private void fillTheHeap(long end) throws InterruptedException {
    Object[] taken = new Object[1 << 16];
    long last = end + Duration.ofSeconds(20).toNanos();
    while (System.nanoTime() < (outOfMemory.get() > 0 ? end : last)) {
      int used = 0;
      try {
        for (int size = MEGABYTE; size >= 64; size /= 2) {
          used = fill(taken, used, size);
        }
        Thread.sleep(30);
      } catch (OutOfMemoryError full) {
        // That was the last of it.
      }
      for (int i = 0; i < taken.length; i++) {
        taken[i] = null;
      }
      Thread.sleep(200);
    }
  }

  private static int fill(Object[] taken, int used, int size) {
    int at = used;
    try {
      while (at < taken.length) {
        taken[at] = new byte[size];
        at++;
      }
    } catch (OutOfMemoryError full) {
      return at;
    }
    return at;
  }

  private void waitingWrites() throws Exception {
    long most = 0;
    try (Backstop backstop = open(Durability.ASYNC);
        Connection other = connection();
        Statement lock = other.createStatement()) {
      BackedCache<Integer, String> cache = cache(backstop, 8);
      other.setAutoCommit(false);
      lock.execute("lock table backstop_backup in access exclusive mode");
      for (int key = 0; key < 200; key++) {
        int of = key;
        String value = cache.get(key, () -> text(of, 1, MEGABYTE));
        check(value.startsWith(key + " 1."), "the source's value");
        most = Math.max(most, backstop.writes().waitingBytes());
      }
      check(backstop.writes().dropped() > 0, "nothing was dropped");
      other.rollback();
      Eventually.within(Duration.ofMinutes(1), () -> backstop.writes().waiting() == 0);
      check(backstop.writes().waiting() == 0, "not written: " + backstop.writes());
      check(backstop.writes().refused() == 0, "refused: " + backstop.writes());
      check(cache.get(199, () -> "the source").startsWith("199 1."), "the last is there");
    }
    System.out.printf("waiting-writes: 200 values of 1 MiB, %,d bytes waited at most%n", most);
  }

  private void largeReads() throws Exception {
    int rows = 80; // more than the heap
    try (Backstop backstop = open(Durability.SYNC)) {
      BackedCache<Integer, String> cache = cache(backstop, 8);
      for (int key = 0; key < rows; key++) {
        cache.put(key, text(key, 1, MEGABYTE));
      }
    }
    int stoodIn = 0;
    try (Backstop backstop = open(Durability.SYNC)) {
      // A value takes two regions of G1's, its text as many again, and none of them is ever moved.
      BackedCache<Integer, String> cache = cache(backstop, 2);
      for (int key = 0; key < rows; key++) {
        String value = cache.get(key, SmallHeapProgram::fail);
        check(value.startsWith(key + " 1."), "its backup");
        stoodIn++;
      }
      cache.expireCreatedBefore(Instant.now().plusSeconds(60));
      List<Integer> many = IntStream.range(0, 5).boxed().toList();
      Map<Integer, String> some = cache.getAll(many, keys -> fail(), CHAIN);
      check(some.keySet().containsAll(many), "all of them");
    }
    System.out.printf("large-reads: %d rows of 1 MiB, %d stood in%n", rows, stoodIn);
  }

  private static <T> T fail() throws IOException {
    throw new IOException("The source is down");
  }

  private Connection connection() throws Exception {
    return DriverManager.getConnection(arguments[1], arguments[2], arguments[3]);
  }

  private static String text(int key, int version, int length) {
    return key + " " + version + "." + "x".repeat(length);
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("backstop-"))
        .map(name -> name.split("-")[1])
        .collect(Collectors.toSet());
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      System.out.println("WRONG: " + what);
      Runtime.getRuntime().halt(1);
    }
  }
}
