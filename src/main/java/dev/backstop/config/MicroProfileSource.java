package dev.backstop.config;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/** MicroProfile Config, which has the system properties and the environment among others. */
record MicroProfileSource(Config config, Map<String, String> environment) implements Source {
  /** That of the application, or null where the server has none. */
  static @Nullable Source find(ClassLoader loader) {
    try {
      return new MicroProfileSource(ConfigProvider.getConfig(loader), System.getenv());
    } catch (LinkageError | RuntimeException absent) { // no API, or no implementation of it
      return null;
    }
  }

  @Override
  public @Nullable String value(String name) {
    return config.getOptionalValue(name, String.class).orElse(null);
  }

  @Override
  public Set<String> names() {
    Set<String> names = new HashSet<>();
    for (String name : config.getPropertyNames()) {
      // SmallRye makes backstop.jdbc.url of BACKSTOP_JDBC_URL, and nobody wrote that.
      String variable = JvmSource.variable(name);
      names.add(environment.containsKey(variable) ? variable : name);
    }
    return names;
  }
}
