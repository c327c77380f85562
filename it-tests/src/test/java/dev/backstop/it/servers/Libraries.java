package dev.backstop.it.servers;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** Where classes of the test class path lie. */
final class Libraries {
  /** One class each of Backstop's jar and of what it needs at run time. */
  static final String[] OF_BACKSTOP = {
    "dev.backstop.Backstop",
    "org.jspecify.annotations.Nullable",
    "org.ehcache.Cache",
    "org.slf4j.Logger",
    "com.zaxxer.hikari.HikariConfig",
    "org.flywaydb.core.Flyway",
    "org.flywaydb.database.postgresql.PostgreSQLDatabase",
    "org.flywaydb.database.cockroachdb.CockroachDBDatabase",
    "tools.jackson.databind.ObjectMapper",
    "tools.jackson.core.JsonParser",
    "com.fasterxml.jackson.annotation.JsonProperty",
  };

  static final String[] DRIVERS = {"org.h2.Driver", "org.postgresql.Driver"};

  private Libraries() {}

  static Path jarOf(String className) {
    Path jar = locationOf(className);
    if (!jar.toString().endsWith(".jar")) {
      throw new IllegalStateException(
          className + " lies in " + jar + ": run with `mvn verify`, which packs the jar");
    }
    return jar;
  }

  /** The folder of this module's test classes. */
  static Path ownClasses() {
    return locationOf(Libraries.class.getName());
  }

  private static Path locationOf(String className) {
    try {
      Class<?> type = Class.forName(className, false, Libraries.class.getClassLoader());
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (ClassNotFoundException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
