package dev.backstop.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.testing.H2Database;
import dev.backstop.testing.Sql;
import dev.backstop.testing.TestDatabase;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Backstop's start, Flyway's Maven plugin and its command line run the same migrations. */
class FlywayToolsIT {
  private static final String HISTORY =
      "select count(*) || ' until ' || max(\"installed_on\") || ' with ' || max(\"checksum\")"
          + " from \"backstop_schema_history\"";

  @TempDir Path directory;

  /** Both databases, as files or on a server: another process has to see them. */
  enum Kind {
    H2 {
      @Override
      TestDatabase open(Path directory) {
        return H2Database.in(directory);
      }
    },
    POSTGRESQL {
      @Override
      TestDatabase open(Path directory) {
        return PostgresDatabase.create();
      }
    };

    abstract TestDatabase open(Path directory);
  }

  /** One of the ways to migrate. */
  interface Tool {
    String run(TestDatabase database, String verb) throws Exception;
  }

  static Stream<Object[]> tools() {
    return Stream.of(Kind.values())
        .flatMap(
            kind ->
                Stream.<Tool>of(
                        FlywayTools::maven,
                        FlywayTools::commandLineOnFolder,
                        FlywayTools::commandLineOnJar)
                    .map(tool -> new Object[] {kind, tool}));
  }

  @ParameterizedTest
  @MethodSource("tools")
  void whatAToolMigrated_serves(Kind kind, Tool tool) throws Exception {
    try (TestDatabase database = kind.open(directory)) {
      String printed = tool.run(database, "migrate");
      assertThat(printed).contains("Successfully applied 2 migrations");
      String history = Sql.ask(database.dataSource(), HISTORY);

      try (Backstop backstop = open(database, false)) {
        cache(backstop).put("k", "v");
      }
      try (Backstop backstop = open(database, true)) {
        assertThat(cache(backstop).peek("k")).isPresent();
      }
      assertThat(Sql.ask(database.dataSource(), HISTORY)).isEqualTo(history);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatTheStartMigrated_contentsTheTools(Kind kind) throws Exception {
    try (TestDatabase database = kind.open(directory)) {
      open(database, true).close();
      String history = Sql.ask(database.dataSource(), HISTORY);
      assertThat(FlywayTools.maven(database, "validate", "info", "migrate"))
          .contains("Successfully validated 2 migrations")
          .contains("| Versioned | 1       | backups ")
          .contains("is up to date. No migration necessary");
      assertThat(FlywayTools.commandLineOnFolder(database, "validate"))
          .contains("Successfully validated 2 migrations");
      assertThat(Sql.ask(database.dataSource(), HISTORY)).isEqualTo(history);
    }
  }

  private static Backstop open(TestDatabase database, boolean migrate) {
    return Backstop.builder()
        .jdbcUrl(database.jdbcUrl())
        .username(database.username())
        .password(database.password())
        .migrate(migrate)
        .failFast(true)
        .build();
  }

  private static BackedCache<String, String> cache(Backstop backstop) {
    return backstop.cache(CacheSpec.of("feeds", String.class, String.class));
  }
}
