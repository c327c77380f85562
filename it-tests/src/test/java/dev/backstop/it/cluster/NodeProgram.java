package dev.backstop.it.cluster;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackstopBuilder;
import dev.backstop.BackupFilter;
import dev.backstop.CacheSpec;
import dev.backstop.CullReport;
import dev.backstop.Durability;
import dev.backstop.Entry;
import dev.backstop.Policy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One node, which does what it reads line by line, and answers each with a line: {@code <id> <what>
 * <key> <value>} by {@code <id> <answer>}. Several may be under way. It ends with its input.
 */
final class NodeProgram {
  /** Of the cache whose loads are shared; half of it is the time in which nobody tries again. */
  static final Duration SHARED_TTL = Duration.ofSeconds(4);

  /** Instead of a bound. Such a node asks for nothing that the version before does not have. */
  static final String DEAF = "-";

  /** How many backups the limited cache keeps. */
  static final int LIMIT = 30;

  /** How long other nodes wait for one that loads. */
  static final Duration LEASE = Duration.ofSeconds(3);

  private final PrintStream answers = System.out;
  private final Backstop backstop;
  private final BackedCache<String, String> cache;
  private final BackedCache<String, String> limited;
  private final @Nullable BackedCache<String, String> shared;
  private final @Nullable BackedCache<String, String> patient;
  private final AtomicInteger loads = new AtomicInteger();

  private NodeProgram(Backstop backstop, String heardWithin) {
    this.backstop = backstop;
    cache =
        backstop.cache(
            CacheSpec.of("feeds", String.class, String.class)
                .ttl(Duration.ofHours(1))
                .durability(Durability.SYNC));
    limited =
        backstop.cache(
            CacheSpec.of("limited", String.class, String.class)
                .ttl(Duration.ofMillis(1))
                .maxBackups(LIMIT));
    boolean shares = !heardWithin.equals(DEAF);
    shared = shares ? share("shared", SHARED_TTL, LEASE) : null;
    patient = shares ? share("patient", Duration.ofHours(1), Duration.ofMinutes(5)) : null;
  }

  private BackedCache<String, String> share(String name, Duration ttl, Duration lease) {
    return backstop.cache(
        CacheSpec.of(name, String.class, String.class).ttl(ttl).sharedLoads(lease));
  }

  public static void main(String[] arguments) throws IOException {
    BackstopBuilder builder =
        Backstop.builder()
            .jdbcUrl(arguments[0])
            .username(arguments[1])
            .password(arguments[2])
            .backupTimeout(Duration.ofSeconds(5))
            .failFast(true);
    if (!arguments[3].equals(DEAF)) {
      builder.heardWithin(Duration.parse(arguments[3]));
    }
    new NodeProgram(builder.build(), arguments[3]).serve();
    Runtime.getRuntime().halt(0);
  }

  private void serve() throws IOException {
    answers.println("0 open");
    ExecutorService threads = Executors.newCachedThreadPool();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] words = line.split(" ", 4);
      threads.execute(() -> answers.println(words[0] + " " + answer(words)));
    }
  }

  private String answer(String[] words) {
    try {
      return answer(words[1], words[2], words.length > 3 ? words[3] : "");
    } catch (Exception failure) {
      return "! " + failure;
    }
  }

  private String answer(String what, String key, String value) throws Exception {
    switch (what) {
      case "get":
        return text(cache.entry(key, () -> load(value), Policy.unset()));
      case "read":
        return text(cache.entry(key, () -> load(Files.readString(Path.of(value))), Policy.unset()));
      case "fail":
        return text(cache.entry(key, () -> fail(value), Policy.unset()));
      case "peek":
        return cache.peek(key).map(NodeProgram::text).orElse("nothing");
      case "shared":
        return text(shared.entry(key, () -> SlowSource.load(Path.of(value)), Policy.unset()));
      case "many":
        return SlowSource.atOnce(Path.of(value), source -> patient.get(key, source));
      case "put":
        cache.put(key, value);
        return "done";
      case "remove":
        cache.remove(key);
        return "done";
      case "expire":
        cache.expire(key);
        return "done";
      case "clear":
        cache.clear();
        return "done";
      case "prefix":
        return Long.toString(cache.removeAll(BackupFilter.keyPrefix(key)));
      case "loads":
        return Integer.toString(loads.get());
      case "limited":
        limited.put(key, value);
        return "done";
      case "cull":
        CullReport report = backstop.cullNow();
        return report.idle() + " " + report.excess();
      case "now":
        return Long.toString(System.currentTimeMillis());
      case "close":
        backstop.close();
        return "done";
      default:
        throw new IllegalArgumentException(what + Arrays.asList(key, value));
    }
  }

  private String load(String value) {
    loads.incrementAndGet();
    return value;
  }

  private String fail(String why) throws IOException {
    loads.incrementAndGet();
    throw new IOException(why);
  }

  private static String text(Entry<String> entry) {
    Instant stamp = entry.createdAt();
    long micros = stamp.getEpochSecond() * 1_000_000 + stamp.getNano() / 1_000;
    return entry.origin() + " " + entry.value() + " " + micros;
  }
}
