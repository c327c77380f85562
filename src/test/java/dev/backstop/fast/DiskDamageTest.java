package dev.backstop.fast;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.CacheTier;
import dev.backstop.testing.Logged;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Random;
import java.util.logging.Level;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The tier on disk, when its files are not what it left. */
class DiskDamageTest {
  private static final long BYTES = 16 << 20;
  private static final int KEYS = 200;

  @TempDir private Path directory;
  private FastTiers tiers;
  private CacheTier tier;

  @BeforeEach
  void fill() throws Exception {
    open();
    for (int i = 0; i < KEYS; i++) {
      tier.put("k" + i, value(i));
    }
  }

  @AfterEach
  void close() {
    tiers.close();
  }

  private void open() {
    tiers = new FastTiers(directory);
    tier = tiers.openDisk("feeds", BYTES);
  }

  private static byte[] value(int i) {
    byte[] value = new byte[1_000];
    Arrays.fill(value, (byte) i);
    return value;
  }

  private Path folder() {
    return directory.resolve("cache-feeds");
  }

  /** One of Ehcache's files. */
  private Path file(String suffix) {
    try (Stream<Path> files = Files.walk(folder())) {
      return files.filter(file -> file.toString().endsWith(suffix)).findFirst().orElseThrow();
    } catch (IOException e) {
      throw new AssertionError(suffix, e);
    }
  }

  /** What can happen to a file. */
  enum Damage {
    GARBAGE {
      @Override
      void to(Path file) throws IOException {
        byte[] garbage = new byte[(int) Files.size(file)];
        new Random(1).nextBytes(garbage);
        Files.write(file, garbage);
      }
    },
    HALF {
      @Override
      void to(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
      }
    },
    EMPTY {
      @Override
      void to(Path file) throws IOException {
        Files.write(file, new byte[0]);
      }
    },
    MISSING {
      @Override
      void to(Path file) throws IOException {
        Files.delete(file);
      }
    },
    DIRECTORY {
      @Override
      void to(Path file) throws IOException {
        Files.delete(file);
        Files.createDirectory(file);
      }
    };

    abstract void to(Path file) throws IOException;
  }

  static Stream<Arguments> damages() {
    return Stream.of(".data", ".index", ".meta", "backstop.seal", ".clean")
        .flatMap(file -> Stream.of(Damage.values()).map(damage -> Arguments.of(damage, file)));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void itStartsEmptyAndSaysSoOnce(Damage damage, String suffix) throws Exception {
    tiers.close();
    Path file = file(suffix);
    FileTime closed = Files.getLastModifiedTime(file);
    damage.to(file);
    if (Files.exists(file)) { // later, as it would be, but for a test
      Files.setLastModifiedTime(file, FileTime.fromMillis(closed.toMillis() + 60_000));
    }
    if (suffix.equals(".clean") && damage != Damage.MISSING) {
      itOpensAsItWas(); // that it is there is all that Ehcache asks
    } else {
      itOpensEmpty("cache-feeds: ");
    }
  }

  private void itOpensAsItWas() throws Exception {
    try (Logged logged = new Logged()) {
      open();
      assertThat(tier.get("k7")).isEqualTo(value(7));
      assertThat(logged.messages(Level.WARNING)).isEmpty();
    }
  }

  /** And the next time it opens with what it then got. */
  private void itOpensEmpty(String because) throws Exception {
    try (Logged logged = new Logged()) {
      open();
      for (int i = 0; i < KEYS; i++) {
        assertThat(tier.get("k" + i)).isNull();
      }
      tier.put("k7", value(7));
      tiers.close();
      open();
      assertThat(tier.get("k7")).isEqualTo(value(7));
      assertThat(logged.messages(Level.WARNING))
          .singleElement()
          .asString()
          .startsWith("The disk tier of cache feeds starts empty in ")
          .contains(because);
    }
  }

  /** What a killed process leaves; see also DiskTierProcessIT. */
  @Test
  void afterADisorderlyEndItStartsEmpty() throws Exception {
    Path copy = Files.createDirectory(directory.resolve("copy"));
    try (Stream<Path> files = Files.walk(folder())) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(directory.relativize(file)));
      }
    }
    tiers.close();
    directory = copy;
    itOpensEmpty("it was not closed in order");
  }

  @Test
  void whatIsLargerThanItMayBeNowIsDropped() throws Exception {
    for (int i = 0; i < 8; i++) {
      tier.put("large" + i, new byte[1 << 20]);
    }
    tiers.close();
    try (Logged logged = new Logged()) {
      tiers = new FastTiers(directory);
      assertThat(tiers.openDisk("feeds", 1 << 20).get("k7")).isNull();
      assertThat(logged.messages(Level.WARNING))
          .singleElement()
          .asString()
          .contains("its file is larger than diskBytes, which are 1048576");
    }
  }

  /** What nothing tells from what was written, such as a disk that forgets. */
  @ParameterizedTest
  @EnumSource(names = {"GARBAGE", "EMPTY"})
  void dataThatRotsUnnoticedIsForgottenWhenItIsMet(Damage damage) throws Exception {
    rot(damage::to);
    try (Logged logged = new Logged()) {
      for (int i = 0; i < KEYS; i++) {
        tier.get("k" + i);
        tier.put("k" + i, value(i));
      }
      tier.removeIf(key -> key.equals("k8"));
      for (int i = 0; i < KEYS; i++) {
        tier.put("k" + i, value(i));
      }
      for (int i = 0; i < KEYS; i++) {
        assertThat(tier.get("k" + i)).isEqualTo(value(i));
      }
      assertThat(logged.messages(Level.WARNING))
          .hasSizeLessThan(3) // zeros look like a tier that holds nothing
          .allMatch(
              line ->
                  line.startsWith("The tier disk of cache feeds was damaged, and is empty now"));
    }
  }

  /** Ehcache itself would log it, and say at each get that there is nothing. */
  @Test
  void anEntryThatCannotEvenBeRemovedEmptiesTheTier() throws Exception {
    rot(data -> Files.write(data, withNegativeKeyLength("k7", Files.readAllBytes(data))));
    try (Logged logged = new Logged()) {
      assertThat(tier.get("k8")).isEqualTo(value(8));
      assertThat(tier.get("k7")).isNull();
      assertThat(tier.get("k8")).isNull();
      assertThat(logged.messages(Level.WARNING))
          .singleElement()
          .asString()
          .startsWith("The tier disk of cache feeds was damaged, and is empty now");
    }
  }

  /** An entry is its hash, the length of its key, that of its value, the key and the value. */
  private static byte[] withNegativeKeyLength(String key, byte[] data) {
    String text = new String(data, ISO_8859_1);
    Matcher entry =
        Pattern.compile("\\x00\\x00\\x00\\x02....(?=" + key + ")", Pattern.DOTALL).matcher(text);
    assertThat(entry.find()).isTrue();
    data[entry.start()] = -1;
    return data;
  }

  /** What is done to a file. */
  private interface Change {
    void to(Path file) throws IOException;
  }

  private void rot(Change change) throws Exception {
    tiers.close();
    Path data = file(".data");
    FileTime closed = Files.getLastModifiedTime(data);
    long size = Files.size(data);
    change.to(data);
    try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
      file.setLength(size); // what was cut off is zeros now
    }
    Files.setLastModifiedTime(data, closed);
    open();
  }

  @Test
  void ofTwoThatUseOneFolder_theSecondGoesWithout() throws Exception {
    try (Logged logged = new Logged();
        FastTiers second = new FastTiers(directory)) {
      assertThat(second.openDisk("feeds", BYTES)).isInstanceOf(AbsentTier.class);
      assertThat(second.openDisk("others", BYTES)).isInstanceOf(EhcacheTier.class);
      assertThat(tier.get("k7")).isEqualTo(value(7));
      assertThat(logged.messages(Level.WARNING))
          .singleElement()
          .asString()
          .contains("already locked by this process");
    }
    tiers.close();
    itOpensAsItWas();
  }
}
