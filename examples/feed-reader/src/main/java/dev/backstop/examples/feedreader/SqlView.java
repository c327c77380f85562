package dev.backstop.examples.feedreader;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Looks at the tables of Backstop from outside, with plain JDBC. */
final class SqlView {
  private static final int WIDEST = 72;
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private final String jdbcUrl;

  SqlView(String jdbcUrl) {
    this.jdbcUrl = jdbcUrl;
  }

  /** Shows what SQL sees. */
  void show(Report report) throws SQLException {
    report.heading("What SQL sees");
    for (String sql :
        List.of(
            "select cache_name, cache_key, created_at, expires_at, blob_bytes from backstop_backup",
            "select cache_key, utf8tostring(blob) as json from backstop_backup",
            "select * from backstop_status")) {
      report.table(sql, table(sql));
    }
  }

  /** Whether a cache has backups. */
  boolean holds(String cache) throws SQLException {
    try (Connection connection = DriverManager.getConnection(jdbcUrl);
        PreparedStatement query =
            connection.prepareStatement(
                "select 1 from backstop_backup where cache_name = ? and blob is not null limit 1")) {
      query.setString(1, cache);
      return query.executeQuery().next();
    }
  }

  /** The answer to a query as the lines of a table. */
  List<String> table(String sql) throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(jdbcUrl);
        Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(sql)) {
      ResultSetMetaData columns = answer.getMetaData();
      List<String> header = new ArrayList<>();
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        header.add(columns.getColumnLabel(i).toLowerCase(Locale.ROOT));
      }
      rows.add(header);
      while (answer.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= header.size(); i++) {
          row.add(text(answer.getObject(i)));
        }
        rows.add(row);
      }
    }
    return TextTable.lines(rows);
  }

  private static String text(@Nullable Object value) {
    if (value instanceof OffsetDateTime time) {
      return TIME.format(time.atZoneSameInstant(ZoneId.systemDefault()));
    }
    return Words.fit(String.valueOf(value), WIDEST);
  }
}
