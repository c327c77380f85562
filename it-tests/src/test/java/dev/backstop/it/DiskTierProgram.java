package dev.backstop.it;

import dev.backstop.CacheTier;
import dev.backstop.fast.FastTiers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What DiskTierProcessIT does in another process. It says what it found, in lines. */
final class DiskTierProgram {
  private DiskTierProgram() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[1]);
    FastTiers tiers = new FastTiers(directory);
    switch (arguments[0]) {
      case "halt" -> {
        put(tiers.openDisk("feeds", 16 << 20));
        Runtime.getRuntime().halt(0);
      }
      case "look" -> {
        CacheTier tier = tiers.openDisk("feeds", 16 << 20);
        System.out.println("k7 is " + (tier.get("k7") == null ? "absent" : "there"));
        tiers.close();
      }
      case "keep-from-closing" -> {
        put(tiers.openDisk("feeds", 16 << 20));
        Files.createDirectory(file(directory, ".meta").resolveSibling("ehcache-disk-store.index"));
        tiers.close();
        System.out.println("closed");
        Runtime.getRuntime().halt(0); // Ehcache leaves a thread for half a minute
      }
      case "off-heap" -> {
        CacheTier tier = tiers.openOffHeap("feeds", 256 << 20);
        put(tier);
        System.out.println("k7 is " + (tier.get("k7") == null ? "absent" : "there"));
        tiers.close();
      }
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static void put(CacheTier tier) throws Exception {
    for (int i = 0; i < 100; i++) {
      tier.put("k" + i, new byte[1_000]);
    }
  }

  private static Path file(Path directory, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(suffix)).findFirst().orElseThrow();
    }
  }
}
