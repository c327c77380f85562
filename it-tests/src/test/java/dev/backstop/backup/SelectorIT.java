package dev.backstop.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.Backstop;
import dev.backstop.it.PostgresDatabase;
import dev.backstop.testing.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** How PostgreSQL finds what a filter means. In this package to explain the very statements. */
class SelectorIT {
  private static final Pattern BUFFERS = Pattern.compile("Buffers: shared ([a-z=0-9 ]+)");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");
  private static final String JSON =
      " and ((convert_from(b.blob, 'UTF8')::jsonb ->> 'department')::int = 7\n)";

  @Test
  void aWindow_isAnIndexScan_howeverLargeTheTable() throws Exception {
    try (PostgresDatabase database = PostgresDatabase.create()) {
      Backstop.builder().dataSource(database.dataSource()).build().close(); // makes the tables
      Sql.run(
          database.dataSource(),
          """
          insert into backstop_backup (cache_name, cache_key, blob, created_at, last_access,
            expires_at, codec, format, blob_bytes)
          select 'cache' || n % 2, 'k' || lpad((n * 7919 % 200000)::text, 6, '0'),
            convert_to('{"department":' || n % 100 || '}', 'UTF8'),
            now(), now(), now() + interval '1 day', 'json', 1, 18
          from generate_series(1, 200000) n
          on conflict do nothing""",
          "vacuum analyze backstop_backup");
      try (Connection connection = database.dataSource().getConnection()) {
        String prefix = "k0500";
        String window = explain(connection, CullIndex.KEY.window(), List.of("cache1", prefix));
        String to;
        try (PreparedStatement end = connection.prepareStatement(CullIndex.KEY.window())) {
          end.setString(1, "cache1");
          end.setString(2, prefix);
          try (ResultSet row = end.executeQuery()) {
            row.next();
            assertThat(row.getInt(2)).isEqualTo(500);
            to = row.getString(1);
          }
        }
        List<String> range = List.of("cache1", prefix, to);
        for (String plan :
            List.of(
                window,
                explain(connection, Selector.SQL, range),
                explain(connection, Selector.SQL + JSON, range))) {
          assertThat(plan.replaceAll("::text|[()]", ""))
              .contains("using backstop_backup_pk on backstop_backup")
              .contains("Index Cond: cache_name = 'cache1' AND cache_key >= 'k0500'")
              .doesNotContain("Seq Scan on backstop_backup");
          assertThat(buffers(plan)).as(plan).isLessThan(1_100);
        }
      }
    }
  }

  private static int buffers(String plan) {
    Matcher top = BUFFERS.matcher(plan);
    assertThat(top.find()).isTrue();
    return NUMBER.matcher(top.group(1)).results().mapToInt(n -> Integer.parseInt(n.group())).sum();
  }

  private static String explain(Connection connection, String sql, List<String> parameters)
      throws SQLException {
    try (PreparedStatement explain =
        connection.prepareStatement("explain (analyze, buffers) " + sql)) {
      for (int i = 0; i < parameters.size(); i++) {
        explain.setString(i + 1, parameters.get(i));
      }
      StringBuilder plan = new StringBuilder();
      try (ResultSet lines = explain.executeQuery()) {
        while (lines.next()) {
          plan.append(lines.getString(1)).append('\n');
        }
      }
      return plan.toString();
    }
  }
}
