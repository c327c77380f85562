package dev.backstop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which colons are parameters, and which are not. */
class NamedSqlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "a >= :stamp ~ a >= ? ~ stamp",
        ":stamp ~ ? ~ stamp",
        ":a,:b2,:c_d) :a ~ ?,?,?) ? ~ a b2 c_d a",
        "a = ':no' and b = :b ~ a = ':no' and b = ? ~ b",
        "a = 'it''s :no' and b = :b ~ a = 'it''s :no' and b = ? ~ b",
        "a = E'it\\'s :no' and b = :b ~ a = E'it\\'s :no' and b = ? ~ b",
        "a = 'ends in \\' and b = :b ~ a = 'ends in \\' and b = ? ~ b",
        "a = CASE':no' and b = :b ~ a = CASE':no' and b = ? ~ b",
        "\":no\" = :b ~ \":no\" = ? ~ b",
        "\"a\"\":no\" = :b ~ \"a\"\":no\" = ? ~ b",
        "a::timestamptz >= :stamp::timestamptz ~ a::timestamptz >= ?::timestamptz ~ stamp",
        "/* :no */ :b ~ /* :no */ ? ~ b",
        "/* :no /* :no */ :no */ :b ~ /* :no /* :no */ :no */ ? ~ b",
        "a / b * :c ~ a / b * ? ~ c",
        "a - -:b ~ a - -? ~ b",
        "$$ :no $$ || :b ~ $$ :no $$ || ? ~ b",
        "$x$ :no $$ $x$ || :b ~ $x$ :no $$ $x$ || ? ~ b",
        "a$b$c = :b ~ a$b$c = ? ~ b",
        "a[1:2] = :b ~ a[1:2] = ? ~ b",
        "a := :b ~ a := ? ~ b",
        "a ?? 'x' and b = :b ~ a ?? 'x' and b = ? ~ b",
        "a = '?' and b = :b ~ a = '?' and b = ? ~ b",
      })
  void onlyParametersAreReplaced(String sql, String positional, String names) {
    NamedSql named = NamedSql.parse(sql);
    assertThat(named.positional(Map.of())).isEqualTo(positional);
    assertThat(named.names()).containsExactly(names.split(" "));
    assertThat(named.text()).isEqualTo(sql);
  }

  @Test
  void lineComment_endsWithItsLine() {
    NamedSql named = NamedSql.parse("a -- :no\n = :b -- :no");
    assertThat(named.positional(Map.of())).isEqualTo("a -- :no\n = ? -- :no");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "'", "a = 'open :no", "\":no", "/* :no", "/*/ :no", "$$ :no", "$", ":"})
  void whatIsNeverClosed_holdsNoParameter(String sql) {
    NamedSql named = NamedSql.parse(sql);
    assertThat(named.names()).isEmpty();
    assertThat(named.positional(Map.of())).isEqualTo(sql);
  }

  @Test
  void lists_areExpanded() {
    NamedSql named = NamedSql.parse("a in (:many) or b in (:one) or c in (:none) or d = :single");
    Map<String, ?> parameters =
        Map.of("many", List.of(1, 2, 3), "one", List.of(1), "none", List.of(), "single", 1);
    assertThat(named.positional(parameters))
        .isEqualTo("a in (?, ?, ?) or b in (?) or c in (null) or d = ?");
  }

  @Test
  void whatIsWrongInTheQuery_isRefusedAtOnce() {
    refused("a = 1", Map.of(), "sql must be compared with :stamp, was a = 1");
    refused("a = ? and b >= :stamp", Map.of(), "sql must be without ?, with :names, was a = ?");
    refused("a = :a and b >= :stamp", Map.of(), "parameters must be [a], the names in a = :a");
    refused("b >= :stamp", Map.of("a", 1), "parameters must be [], the names in b >= :stamp");
    refused("b >= :stamp", Map.of("stamp", 1), "parameters must be without stamp, was [stamp]");
  }

  private static void refused(String sql, Map<String, ?> parameters, String message) {
    assertThatThrownBy(() -> Changes.sql(new JdbcDataSource(), sql, parameters))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void overlap_isFromZeroToAYear() {
    Changes changes = Changes.sql(new JdbcDataSource(), "a >= :stamp", Map.of());
    changes.overlap(Duration.ZERO);
    changes.overlap(Duration.ofDays(365));
    for (Duration wrong : List.of(Duration.ofNanos(-1), Duration.ofDays(365).plusNanos(1))) {
      assertThatThrownBy(() -> changes.overlap(wrong))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessage("overlap must be from zero to PT8760H, was " + wrong);
    }
  }

  @Test
  void nulls_areRefusedByName() {
    JdbcDataSource source = new JdbcDataSource();
    assertThatThrownBy(() -> Changes.sql(null, ":stamp", Map.of()))
        .hasMessage("dataSource must not be null");
    assertThatThrownBy(() -> Changes.sql(source, null, Map.of()))
        .hasMessage("sql must not be null");
    assertThatThrownBy(() -> Changes.sql(source, ":stamp", null))
        .hasMessage("parameters must not be null");
    assertThatThrownBy(() -> Changes.jpql(null, ":stamp", Map.of()))
        .hasMessage("em must not be null");
  }
}
