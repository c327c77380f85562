package dev.backstop.contract;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.sql.DataSource;

/** The rows of the tables as statements that insert them, one a line. */
final class TableDump {
  private static final DateTimeFormatter MOMENT =
      new DateTimeFormatterBuilder()
          .appendPattern("yyyy-MM-dd HH:mm:ss")
          .appendFraction(java.time.temporal.ChronoField.MICRO_OF_SECOND, 0, 6, true)
          .appendLiteral("+00")
          .toFormatter()
          .withZone(ZoneOffset.UTC);

  private TableDump() {}

  static List<String> of(DataSource database, boolean isPostgres) throws SQLException {
    List<String> statements = new ArrayList<>();
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      for (String query :
          List.of(
              "select * from backstop_cache order by cache_name",
              "select * from backstop_backup order by cache_name, cache_key")) {
        try (ResultSet rows = statement.executeQuery(query)) {
          while (rows.next()) {
            statements.add(insert(query.split(" ")[3], rows, isPostgres));
          }
        }
      }
    }
    return statements;
  }

  private static String insert(String table, ResultSet row, boolean isPostgres)
      throws SQLException {
    ResultSetMetaData columns = row.getMetaData();
    List<String> names = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      if (row.getObject(i) != null) {
        names.add(columns.getColumnName(i).toLowerCase(java.util.Locale.ROOT));
        values.add(value(columns.getColumnTypeName(i), row, i, isPostgres));
      }
    }
    return "insert into %s (%s) values (%s);"
        .formatted(table, String.join(", ", names), String.join(", ", values));
  }

  private static String value(String type, ResultSet row, int column, boolean isPostgres)
      throws SQLException {
    return switch (type) {
      case "timestamptz", "TIMESTAMP WITH TIME ZONE" -> {
        Instant moment = row.getObject(column, OffsetDateTime.class).toInstant();
        yield "timestamp with time zone '" + MOMENT.format(moment) + "'";
      }
      case "bytea", "BINARY LARGE OBJECT", "BINARY VARYING" -> {
        String hex = HexFormat.of().formatHex(row.getBytes(column));
        yield isPostgres ? "'\\x" + hex + "'" : "X'" + hex + "'";
      }
      case "int4", "int8", "INTEGER", "BIGINT" -> row.getString(column);
      default -> "'" + row.getString(column).replace("'", "''") + "'";
    };
  }
}
