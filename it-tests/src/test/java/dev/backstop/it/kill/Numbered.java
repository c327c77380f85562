package dev.backstop.it.kill;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32;

/** A value that tells which of its key's it is, and whether it is whole. */
record Numbered(String key, int number, String filler, long checksum) {
  /** Most fit on a page of the table, some take many. */
  static Numbered of(String key, int number) {
    Random random = new Random(31L * key.hashCode() + number);
    StringBuilder filler = new StringBuilder();
    int length = random.nextInt(number % 20 == 0 ? 200_000 : 2_000);
    while (filler.length() < length) {
      filler.append(Long.toHexString(random.nextLong()));
    }
    return new Numbered(key, number, "" + filler, checksum(key, number, "" + filler));
  }

  boolean isWhole() {
    return checksum == checksum(key, number, filler);
  }

  private static long checksum(String key, int number, String filler) {
    CRC32 checksum = new CRC32();
    checksum.update((key + number + filler).getBytes(StandardCharsets.UTF_8));
    return checksum.getValue();
  }
}
