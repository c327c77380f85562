package dev.backstop.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackupSchemaException;
import dev.backstop.testing.H2Database;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is checked at the start is what the migrations make. */
class SchemaTablesTest {
  @ParameterizedTest
  @ValueSource(strings = {"h2", "postgresql"})
  void theVersionIsThatOfTheNewestMigration(String folder) throws Exception {
    try (Stream<Path> files = Files.list(Path.of("../db-migrations", folder))) {
      String newest =
          files
              .map(file -> file.getFileName().toString().replaceAll("^V(.*)__.*$", "$1"))
              .max((one, other) -> new SchemaHistory(one, null).isOlderThan(other) ? -1 : 1)
              .orElseThrow();
      assertThat(newest).isEqualTo(Schema.VERSION);
    }
  }

  @Test
  void everyColumnIsChecked() throws Exception {
    try (H2Database database = H2Database.inMemory()) {
      Migrations.run(database.dataSource(), new H2Dialect());
      for (String table :
          List.of("backstop_backup", "backstop_cache", "backstop_news", "backstop_flight")) {
        List<String> columns = new ArrayList<>();
        try (Connection connection = database.dataSource().getConnection();
            ResultSet rows =
                connection
                    .getMetaData()
                    .getColumns(null, null, table.toUpperCase(Locale.ROOT), null)) {
          while (rows.next()) {
            columns.add(rows.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
          }
        }
        assertThat(columns).isEqualTo(Schema.TABLES.get(table));
      }
      assertThat(Schema.TABLES).hasSize(4);
    }
  }

  @Test
  void versionsAreComparedByTheirNumbers() {
    assertThat(new SchemaHistory("1.9", null).isOlderThan("1.10")).isTrue();
    assertThat(new SchemaHistory("1.10", null).isOlderThan("1.9")).isFalse();
    assertThat(new SchemaHistory("1", null).isOlderThan("1")).isFalse();
    assertThat(new SchemaHistory("10", null).isBeyond("9.5")).isTrue();
    assertThat(new SchemaHistory("9.12", null).isBeyond("9.5")).isFalse();
  }

  @Test
  void whatPassesIsNoErrorOfTheSchema() {
    FlywayException busy = new FlywayException("Unable to acquire PostgreSQL advisory lock");
    assertThat(Migrations.failed(busy)).isSameAs(busy);
    FlywayException away =
        new FlywayException("Unable to connect", new SQLTransientConnectionException("timed out"));
    assertThat(Migrations.failed(away)).isSameAs(away);
    assertThat(Migrations.failed(new FlywayException("Found more than one migration")))
        .isExactlyInstanceOf(BackupSchemaException.class)
        .hasMessage("The backups' tables could not be migrated: Found more than one migration");
  }
}
