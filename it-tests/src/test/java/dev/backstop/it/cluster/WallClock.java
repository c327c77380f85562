package dev.backstop.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a process takes for the time of day: libfaketime makes it believe another one, where that is
 * installed. The monotonic clock, by which threads wait, is left alone.
 */
enum WallClock {
  RIGHT(Duration.ZERO),
  LATE(Duration.ofMinutes(-15)),
  EARLY(Duration.ofMinutes(15));

  private static final Duration TOLERANCE = Duration.ofMinutes(1);
  private static final @Nullable Path LIBRARY = find().orElse(null);

  private final Duration ahead;

  WallClock(Duration ahead) {
    this.ahead = ahead;
  }

  /** That of the node with this number. */
  static WallClock of(int node) {
    return LIBRARY == null ? RIGHT : values()[node % values().length];
  }

  /** A CI that lacks it must not look green. */
  private static Optional<Path> find() {
    Optional<Path> found = Optional.empty();
    for (String folder : List.of("/usr/lib", "/usr/lib64")) {
      try (Stream<Path> files = Files.find(Path.of(folder), 3, (file, of) -> isLibrary(file))) {
        found = found.or(files::findFirst);
      } catch (IOException | UncheckedIOException none) {
        continue; // as on a system that has no such folder
      }
    }
    if (found.isEmpty() && "true".equals(System.getenv("CI"))) {
      throw new IllegalStateException("libfaketime is not installed: CI sets clocks wrong, too");
    }
    return found;
  }

  private static boolean isLibrary(Path file) {
    return file.endsWith(Path.of("faketime", "libfaketime.so.1"));
  }

  /** What has a process started with it believe in this clock. */
  Map<String, String> environment() {
    return this == RIGHT
        ? Map.of()
        : Map.of(
            "LD_PRELOAD",
            String.valueOf(LIBRARY),
            "FAKETIME",
            "%+d".formatted(ahead.toSeconds()),
            "FAKETIME_DONT_FAKE_MONOTONIC",
            "1",
            "FAKETIME_FORCE_MONOTONIC_FIX",
            "0");
  }

  /** Fails if that node does not believe in this clock. */
  void check(Node node) throws Exception {
    Duration found =
        Duration.ofMillis(Long.parseLong(node.tell("now", "-")) - System.currentTimeMillis());
    assertThat(found).isBetween(ahead.minus(TOLERANCE), ahead.plus(TOLERANCE));
  }
}
