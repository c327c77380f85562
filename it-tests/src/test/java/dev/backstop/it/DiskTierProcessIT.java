package dev.backstop.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.CacheTier;
import dev.backstop.fast.FastTiers;
import dev.backstop.testing.Logged;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tiers that are Ehcaches, when processes end, meet or are too small. */
class DiskTierProcessIT {
  private static final long BYTES = 16 << 20;

  @TempDir private Path directory;

  private String run(String what, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.addAll(List.of(DiskTierProgram.class.getName(), what, directory.toString()));
    return ChildProcess.run(directory, command);
  }

  @Test
  void afterAKillItStartsEmpty() throws Exception {
    run("halt");
    try (Logged logged = new Logged();
        FastTiers tiers = new FastTiers(directory)) {
      assertThat(tiers.openDisk("feeds", BYTES).get("k7")).isNull();
      assertThat(logged.messages(Level.WARNING))
          .singleElement()
          .asString()
          .startsWith("The disk tier of cache feeds starts empty in " + directory)
          .endsWith(": it was not closed in order");
    }
  }

  @Test
  void afterACloseThatFailedItStartsEmpty() throws Exception {
    assertThat(run("keep-from-closing"))
        .contains("The tier disk of cache feeds did not close well, and will be empty")
        .contains("closed");
    assertThat(run("look")).contains("k7 is absent").contains(": it was not closed in order");
  }

  @Test
  void anotherProcessFindsWhatThisOneClosed() throws Exception {
    try (FastTiers tiers = new FastTiers(directory)) {
      tiers.openDisk("feeds", BYTES).put("k7", new byte[1_000]);
    }
    assertThat(run("look")).contains("k7 is there").doesNotContainIgnoringCase("cache feeds");
    assertThat(run("look")).contains("k7 is there");
  }

  @Test
  void ofTwoProcessesThatUseOneFolder_theSecondGoesWithout() throws Exception {
    try (FastTiers tiers = new FastTiers(directory)) {
      CacheTier tier = tiers.openDisk("feeds", BYTES);
      tier.put("k7", new byte[1_000]);
      assertThat(run("look"))
          .contains("k7 is absent")
          .contains("Cache feeds goes without its tier disk in " + directory)
          .contains("already locked by another process");
      assertThat(tier.get("k7")).hasSize(1_000);
    }
    assertThat(run("look")).contains("k7 is there");
  }

  @Test
  void withTooLittleMemoryOffTheHeap_theCacheGoesWithout() throws Exception {
    assertThat(run("off-heap", "-XX:MaxDirectMemorySize=16m"))
        .contains("Cache feeds goes without its tier off-heap: ")
        .contains("MaxDirectMemorySize")
        .contains("k7 is absent");
    assertThat(run("off-heap", "-XX:MaxDirectMemorySize=512m")).contains("k7 is there");
  }
}
