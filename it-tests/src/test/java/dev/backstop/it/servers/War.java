package dev.backstop.it.servers;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A web application that a test puts together. It answers {@code identity} with a text that only
 * this object knows, so that a test never takes another's server, or an older deployment, for its
 * own.
 */
final class War {
  /** Where it answers with its identity. */
  static final String IDENTITY = "identity";

  private static final String CLASSES = "WEB-INF/classes/";
  private static final String BASE = "dev.backstop.it.conformance";

  private final String name;
  private final String identity = UUID.randomUUID().toString();
  private final Map<String, byte[]> entries = new TreeMap<>();
  private final Properties settings = new Properties();
  private final @Nullable Path finished;

  /** It answers below that name. */
  War(String name) {
    this.name = name;
    this.finished = null;
    packageOfClasses(BASE);
  }

  /** One that is deployed as it is, and so can't tell its identity. */
  War(String name, Path finished) {
    this.name = name;
    this.finished = finished;
  }

  String name() {
    return name;
  }

  /** What of it is asked for to see whether it is there. */
  String page() {
    return finished == null ? IDENTITY : "";
  }

  boolean isKnownBy(String page) {
    return finished != null || identity.equals(page);
  }

  /** The same application once more, told from this one by its identity. */
  War again() {
    War again = new War(name);
    again.entries.putAll(entries);
    again.settings.putAll(settings);
    return again;
  }

  /** With the classes of that part of the conformance package. */
  War part(String part) {
    packageOfClasses(BASE + "." + part);
    return this;
  }

  /** With the jars of these classes. */
  War libraries(String... classes) {
    for (String each : classes) {
      Path jar = Libraries.jarOf(each);
      entries.put("WEB-INF/lib/" + jar.getFileName(), read(jar));
    }
    return this;
  }

  /** With a text among its classes. */
  War resource(String path, String text) {
    entries.put(CLASSES + path, text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** With a file that describes it. */
  War webInf(String path, String text) {
    entries.put("WEB-INF/" + path, text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** With a setting that its classes read. */
  War setting(String key, String value) {
    settings.setProperty(key, value);
    return this;
  }

  /** Writes it as a file of that directory, in one step for whoever watches it. */
  Path writeTo(Path directory) throws IOException {
    Path unfinished = Files.createTempFile(directory.getParent(), name, ".unfinished");
    if (finished == null) {
      zipTo(unfinished);
    } else {
      Files.copy(finished, unfinished, StandardCopyOption.REPLACE_EXISTING);
    }
    return Files.move(
        unfinished, directory.resolve(name + ".war"), StandardCopyOption.REPLACE_EXISTING);
  }

  private void zipTo(Path unfinished) throws IOException {
    settings.setProperty(IDENTITY, identity);
    try (OutputStream file = Files.newOutputStream(unfinished);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
      zip.putNextEntry(new ZipEntry(CLASSES + "conformance.properties"));
      settings.store(zip, null);
    }
  }

  private void packageOfClasses(String name) {
    String folder = name.replace('.', '/');
    Path root = Libraries.ownClasses();
    try (Stream<Path> files = Files.list(root.resolve(folder))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        entries.put(CLASSES + folder + "/" + file.getFileName(), read(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
