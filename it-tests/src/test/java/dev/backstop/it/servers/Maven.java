package dev.backstop.it.servers;

import dev.backstop.Backstop;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The Maven of this build, for projects of others: with the jar and the POMs of this build where
 * they would be once installed, and with the local repository of this build for everything else.
 */
final class Maven {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path GROUP = Path.of("dev", "backstop");

  private Maven() {}

  /** Where its commands are. */
  static String bin() {
    return property("home") + "/bin";
  }

  /** Makes whoever types {@code mvn} in that directory use it. */
  static void prepare(Path directory) throws IOException, URISyntaxException {
    Path repository = directory.resolve(".mvn/repository");
    mirror(Path.of(property("repository")), repository);
    install(repository.resolve(GROUP));
    List<String> options = new ArrayList<>(List.of("-B", "-Dmaven.repo.local=" + repository));
    if (property("network").equals("offline is true")) {
      options.add("-o");
    }
    Files.write(directory.resolve(".mvn/maven.config"), options);
  }

  /** All that the other has below it but our group, so that only ours is installed here alone. */
  private static void mirror(Path from, Path to) throws IOException {
    Files.createDirectories(to.resolve(GROUP));
    for (Path folder : List.of(Path.of(""), GROUP.getParent())) {
      if (Files.isDirectory(from.resolve(folder))) {
        try (Stream<Path> children = Files.list(from.resolve(folder))) {
          for (Path child : children.toList()) {
            Path link = to.resolve(from.relativize(child).toString());
            if (Files.notExists(link)) {
              Files.createSymbolicLink(link, child);
            }
          }
        }
      }
    }
  }

  private static void install(Path group) throws IOException, URISyntaxException {
    Path jar = Path.of(Backstop.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    String file = jar.getFileName().toString();
    String version = file.substring("backstop-".length(), file.length() - ".jar".length());
    install(ROOT.resolve("pom.xml"), group, "backstop-parent", version, ".pom");
    install(ROOT.resolve("src/pom.xml"), group, "backstop", version, ".pom");
    install(jar, group, "backstop", version, ".jar");
  }

  private static void install(
      Path file, Path group, String artifact, String version, String extension) throws IOException {
    Path folder = Files.createDirectories(group.resolve(artifact).resolve(version));
    Files.copy(file, folder.resolve(artifact + "-" + version + extension));
  }

  private static String property(String name) {
    return System.getProperty("dev.backstop.it.maven." + name);
  }
}
