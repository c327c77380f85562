package dev.backstop.config;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * System properties, then the environment, whose names are found as MicroProfile Config 3.1 has it
 * (section "Environment Variables Mapping Rules"): as it stands, with {@code _} for what is no
 * letter or digit, and that in upper case.
 */
record JvmSource(Properties properties, Map<String, String> environment) implements Source {
  @Override
  public @Nullable String value(String name) {
    String property = properties.getProperty(name);
    if (property != null) {
      return property;
    }
    for (String spelling : new String[] {name, underscored(name), variable(name)}) {
      if (environment.containsKey(spelling)) {
        return environment.get(spelling);
      }
    }
    return null;
  }

  /** As variables are written by everybody. */
  static String variable(String name) {
    return underscored(name).toUpperCase(Locale.ROOT);
  }

  private static String underscored(String name) {
    return name.replaceAll("[^A-Za-z0-9]", "_");
  }

  @Override
  public Set<String> names() {
    Set<String> names = new HashSet<>(properties.stringPropertyNames());
    names.addAll(environment.keySet());
    return names;
  }
}
