package dev.backstop.it.kill;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Puts values of many sizes, and dies when the last of them is acknowledged. */
final class KilledAfterCommit {
  private static final int KEYS = 32;

  private KilledAfterCommit() {}

  public static void main(String[] arguments) throws IOException {
    Random random = new Random(Long.parseLong(arguments[4]));
    Path noted = Path.of(arguments[3]);
    int number = noted(noted);
    Backstop backstop = KilledProgram.open(arguments[0], arguments[1], arguments[2]);
    BackedCache<String, String> cache = cache(backstop);
    int end = number + 100 + random.nextInt(200);
    while (number < end) {
      number++;
      cache.put(key(number), number + " ".repeat(random.nextInt(20_000)));
    }
    Files.writeString(noted, Integer.toString(number));
    Runtime.getRuntime().halt(0);
  }

  /** How many were put by all that died. */
  static int noted(Path file) throws IOException {
    return Files.exists(file) ? Integer.parseInt(Files.readString(file)) : 0;
  }

  static BackedCache<String, String> cache(Backstop backstop) {
    return backstop.cache(
        CacheSpec.of("feeds", String.class, String.class)
            .ttl(Work.TTL)
            .durability(Durability.SYNC));
  }

  static String key(int number) {
    return "feed " + number % KEYS;
  }
}
