package dev.backstop.backup;

import dev.backstop.BackupSchemaException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Whether the tables are as this version needs them, and in plain words what to do if not. It does
 * without Flyway: who migrates elsewhere may leave that out.
 *
 * <p>Where the history can't be read, because another tool made the tables or this user may not,
 * the columns alone decide.
 */
final class Schema {
  /** The newest migration of this jar; a test holds it against the folders. */
  static final String VERSION = "1.1";

  /** The columns of version {@link #VERSION}. */
  static final Map<String, List<String>> TABLES =
      new TreeMap<>(
          Map.of(
              "backstop_backup",
              List.of(
                  "cache_name",
                  "cache_key",
                  "blob",
                  "created_at",
                  "last_access",
                  "expires_at",
                  "expired_at",
                  "codec",
                  "format",
                  "type_fingerprint",
                  "etag",
                  "last_modified",
                  "fingerprint",
                  "digest",
                  "blob_bytes"),
              "backstop_cache",
              List.of(
                  "cache_name",
                  "expired_before",
                  "cleared_before",
                  "alive_at",
                  "alive_since",
                  "away_micros",
                  "culled_at"),
              "backstop_news",
              List.of("id", "node", "cache_name", "cache_key", "kind", "stamp", "told_at"),
              "backstop_flight",
              List.of(
                  "cache_name",
                  "cache_key",
                  "node",
                  "claimed_at",
                  "claimed_until",
                  "landed_at",
                  "outcome",
                  "failed_until",
                  "failure_type",
                  "failure")));

  private static final String BEGIN_ANEW =
      "; or, if the backups may be lost, drop the view backstop_status and the tables"
          + " backstop_backup, backstop_cache, backstop_news, backstop_flight and "
          + SchemaHistory.TABLE
          + ", and start with migrate on";

  private Schema() {}

  /**
   * Refuses what Flyway would take for its own, or meet without saying what to do.
   *
   * @throws BackupSchemaException if a migration failed before, a table is there that no history
   *     knows, or the tables are newer than this version
   */
  static void checkBeforeMigrating(DataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(true);
      // In this order: while another node migrates, its history is there before its tables.
      List<String> found = new ArrayList<>(TABLES.keySet());
      found.removeAll(lacking(connection).missingTables());
      SchemaHistory history = SchemaHistory.read(connection);
      checkHistory(history);
      if (history == null && !found.isEmpty()) {
        throw new BackupSchemaException(
            "There is "
                + String.join(" and ", found)
                + ", but no "
                + SchemaHistory.TABLE
                + ": give Backstop a schema of its own if that is not its table, or, if it is,"
                + " run Flyway's baseline with the version that it has",
            null);
      }
    }
  }

  /**
   * Checks the tables, after they were migrated or instead of it.
   *
   * @throws BackupSchemaException if they can't serve
   */
  static void check(Connections connections, String folder) throws SQLException {
    try (Connection connection = connections.open()) {
      connection.setAutoCommit(true);
      SchemaHistory history = SchemaHistory.read(connection);
      checkHistory(history);
      Lacking lacking = lacking(connection);
      String migrate =
          ": run the migrations in db/backstop/" + folder + " of its jar, or switch migrate on";
      if (history != null && history.isOlderThan(VERSION)) {
        throw new BackupSchemaException(
            "The backups' tables are at version "
                + history.newest()
                + ", this Backstop needs version "
                + VERSION
                + migrate,
            null);
      }
      if (!lacking.isEmpty()) {
        throw new BackupSchemaException(
            lacking
                + (history == null
                    ? ", and this Backstop needs version " + VERSION + " of its tables" + migrate
                    : ", though "
                        + SchemaHistory.TABLE
                        + " is at version "
                        + history.newest()
                        + ": somebody changed it by hand. Restore it"
                        + BEGIN_ANEW),
            null);
      }
    }
  }

  private static void checkHistory(@Nullable SchemaHistory history) {
    if (history == null) {
      return;
    }
    if (history.failed() != null) {
      throw new BackupSchemaException(
          SchemaHistory.TABLE
              + " says that the migration to version "
              + history.failed()
              + " failed: undo by hand what it began, and run Flyway's repair"
              + BEGIN_ANEW,
          null);
    }
    if (history.isBeyond(VERSION)) {
      throw new BackupSchemaException(
          "The backups' tables are at version "
              + history.newest()
              + " and this Backstop knows version "
              + VERSION
              + ": use the Backstop that migrated them, or give this one a schema of its own",
          null);
    }
  }

  /** What is not there. */
  private record Lacking(List<String> missingTables, Map<String, List<String>> missingColumns) {
    boolean isEmpty() {
      return missingTables.isEmpty() && missingColumns.isEmpty();
    }

    @Override
    public String toString() {
      List<String> texts = new ArrayList<>();
      missingTables.forEach(table -> texts.add("The table " + table + " is missing"));
      missingColumns.forEach((table, columns) -> texts.add(table + " lacks " + columns));
      return String.join(", ", texts);
    }
  }

  private static Lacking lacking(Connection connection) throws SQLException {
    List<String> missingTables = new ArrayList<>();
    Map<String, List<String>> missingColumns = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> table : TABLES.entrySet()) {
      List<String> columns = columns(connection, table.getKey());
      List<String> missing = new ArrayList<>(table.getValue());
      missing.removeAll(columns);
      if (columns.isEmpty()) {
        missingTables.add(table.getKey());
      } else if (!missing.isEmpty()) {
        missingColumns.put(table.getKey(), missing);
      }
    }
    return new Lacking(missingTables, missingColumns);
  }

  /** The columns of a table, by whatever search path the connection has; none without a table. */
  private static List<String> columns(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet none = statement.executeQuery("select * from " + table + " where 1 = 0")) {
      ResultSetMetaData metaData = none.getMetaData();
      List<String> columns = new ArrayList<>();
      for (int i = 1; i <= metaData.getColumnCount(); i++) {
        columns.add(metaData.getColumnName(i).toLowerCase(Locale.ROOT));
      }
      return columns;
    } catch (SQLException failure) {
      if (SqlFailures.isMissingTable(failure)) {
        return List.of();
      }
      if (SqlFailures.isMissingRight(failure)) {
        throw new BackupSchemaException(
            "The user of the backups' database may not read "
                + table
                + ": grant what docs/sql.md lists",
            failure);
      }
      throw failure;
    }
  }
}
