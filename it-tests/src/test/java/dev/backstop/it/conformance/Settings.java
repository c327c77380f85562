package dev.backstop.it.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** What the test that put the application together wrote into it. */
public final class Settings {
  private static final Properties ALL = read();

  private Settings() {}

  /** The setting of that name, which must be there. */
  public static String get(String name) {
    return Objects.requireNonNull(ALL.getProperty(name), name);
  }

  /** Whether there is a setting of that name. */
  public static boolean has(String name) {
    return ALL.containsKey(name);
  }

  private static Properties read() {
    try (InputStream file = Settings.class.getResourceAsStream("/conformance.properties")) {
      Properties settings = new Properties();
      settings.load(Objects.requireNonNull(file));
      return settings;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
