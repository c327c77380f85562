package dev.backstop.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code META-INF/backstop.properties}, in UTF-8, as the application brings it. */
record FileSource(Properties properties) implements Source {
  static final String FILE = "META-INF/backstop.properties";

  /**
   * Reads it.
   *
   * @throws IllegalStateException if it is there and can't be read
   */
  static FileSource read(ClassLoader loader) {
    Properties properties = new Properties();
    try (InputStream file = loader.getResourceAsStream(FILE)) {
      if (file != null) {
        properties.load(new InputStreamReader(file, StandardCharsets.UTF_8));
      }
    } catch (IOException | IllegalArgumentException unreadable) { // a broken \\u escape
      throw new IllegalStateException(FILE + " can't be read", unreadable);
    }
    return new FileSource(properties);
  }

  @Override
  public @Nullable String value(String name) {
    return properties.getProperty(name);
  }

  @Override
  public Set<String> names() {
    return properties.stringPropertyNames();
  }
}
