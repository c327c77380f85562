package dev.backstop.backup;

import java.lang.module.ModuleDescriptor.Version;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * What Flyway wrote of the migrations that were run.
 *
 * @param newest the highest version that the tables have; 0 before the first
 * @param failed the version of a migration that failed, or null
 */
record SchemaHistory(String newest, @Nullable String failed) {
  static final String TABLE = "backstop_schema_history";

  /** Reads it; null if it is not there or may not be read. */
  static @Nullable SchemaHistory read(Connection connection) throws SQLException {
    String newest = "0";
    String failed = null;
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select \"version\", \"success\" from \""
                    + TABLE
                    + "\" where \"version\" is not null")) {
      while (rows.next()) {
        String version = rows.getString(1);
        if (!rows.getBoolean(2)) {
          failed = version;
        } else if (compare(version, newest) > 0) {
          newest = version;
        }
      }
      return new SchemaHistory(newest, failed);
    } catch (SQLException failure) {
      if (SqlFailures.isMissingTable(failure) || SqlFailures.isMissingRight(failure)) {
        return null;
      }
      throw failure;
    }
  }

  boolean isOlderThan(String version) {
    return compare(newest, version) < 0;
  }

  /**
   * Whether the tables are too new for that version. Until the first part of the number changes, a
   * migration leaves them as older versions need them.
   */
  boolean isBeyond(String version) {
    return compare(major(newest), major(version)) > 0;
  }

  private static int compare(String one, String other) {
    return Version.parse(one).compareTo(Version.parse(other));
  }

  private static String major(String version) {
    return version.split("\\.", 2)[0];
  }
}
