package dev.backstop.it.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where a server was unpacked, and where one run of it lives. */
final class RunDirectory {
  private static final List<String> WRITTEN = List.of("standalone", "glassfish/domains");

  private RunDirectory() {}

  /** What the build has unpacked there. */
  static Path unpacked(String name) {
    Path directory = Path.of("target", "servers", name).toAbsolutePath();
    if (!Files.exists(directory)) {
      throw new IllegalStateException(
          directory + " is missing: run with `mvn verify`, which unpacks it");
    }
    return directory;
  }

  /** A new one, which stays after the test. */
  static Path create(String server) throws IOException {
    Path runs = Files.createDirectories(Path.of("target", "server-runs").toAbsolutePath());
    return Files.createTempDirectory(runs, server + "-");
  }

  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path each : walk.toList()) {
        Files.copy(each, to.resolve(from.relativize(each).toString()));
      }
    }
  }

  /** As good as a copy, and much quicker: only what servers write into is one. */
  static void link(Path from, Path to) throws IOException {
    try (Stream<Path> walk = Files.walk(from)) {
      for (Path each : walk.toList()) {
        Path inside = from.relativize(each);
        Path target = to.resolve(inside.toString());
        if (Files.isDirectory(each) || WRITTEN.stream().anyMatch(inside::startsWith)) {
          Files.copy(each, target);
        } else {
          Files.createLink(target, each);
        }
      }
    }
  }
}
