package dev.backstop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a filter refuses at once, and what it holds. */
class BackupFilterTest {
  private static void refused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void prefix_hasOneTo446Characters() {
    refused(() -> BackupFilter.keyPrefix(""), "prefix must be 1 to 446 characters, was 0: \"\"");
    String longest = "p".repeat(446);
    assertThat(BackupFilter.keyPrefix(longest).text()).isEqualTo(longest);
    assertThat(BackupFilter.keyPrefix(" ").text()).isEqualTo(" ");
    refused(
        () -> BackupFilter.keyPrefix(longest + "p"),
        "prefix must be 1 to 446 characters, was 447: \"" + longest + "p\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\0", "\uD83D", "a\uDE00", "\uDE00\uD83D"})
  void prefix_canBeStored(String wrong) {
    refused(
        () -> BackupFilter.keyPrefix(wrong),
        "prefix must be without NUL and lone surrogates, was \"" + wrong + "\"");
  }

  static Stream<Arguments> conditions() {
    return Stream.of(
        Arguments.of("sql", (Function<String, BackupFilter>) c -> BackupFilter.sql(c, Map.of())),
        Arguments.of("jpql", (Function<String, BackupFilter>) c -> BackupFilter.jpql(c, Map.of())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("conditions")
  void condition_isOne(String kind, Function<String, BackupFilter> filter) {
    for (String blank : List.of("", " ", "\n\t")) {
      refused(() -> filter.apply(blank), "condition must be a condition, was \"" + blank + "\"");
    }
    for (String open :
        List.of("1 = 1) or (1 = 1", "(1 = 1", "1 = 1)", ")(", "(')'", "f(1 /* ) */", "f(1 -- )")) {
      refused(() -> filter.apply(open), "condition must be closed where it opens (, was " + open);
    }
    for (String closed : List.of("(1 = 1) or (1 = 1)", "b.etag = ')'", "f(1) -- )", "f('(')")) {
      assertThat(filter.apply(closed).text()).isEqualTo(closed);
    }
  }

  @Test
  void null_isRefused() {
    List<ThrowingCallable> calls =
        List.of(
            () -> BackupFilter.keyPrefix(null),
            () -> BackupFilter.sql(null, Map.of()),
            () -> BackupFilter.jpql(null, Map.of()),
            () -> BackupFilter.sql("1 = 1", null),
            () -> BackupFilter.jpql("1 = 1", null));
    assertThat(calls)
        .allSatisfy(
            call ->
                assertThatThrownBy(call)
                    .isExactlyInstanceOf(NullPointerException.class)
                    .hasMessageMatching("(prefix|condition|parameters) must not be null"));
  }

  @Test
  void sql_wantsTheParametersThatItNames() {
    refused(
        () -> BackupFilter.sql("b.etag = :etag", Map.of("other", 1)),
        "parameters must be [etag], the names in b.etag = :etag, was [other]");
    refused(
        () -> BackupFilter.sql("b.etag = :etag", Map.of()),
        "parameters must be [etag], the names in b.etag = :etag, was []");
    refused(
        () -> BackupFilter.sql("b.etag = ?", Map.of()),
        "sql must be without ?, with :names, was b.etag = ?");
  }

  @Test
  void sql_hasAQuestionMarkForEachValue() {
    BackupFilter filter =
        BackupFilter.sql(
            "b.etag in (:etags) or b.etag = :one or b.stamp < :stamp",
            Map.of("etags", List.of("x", "y"), "one", "z", "stamp", 5));
    assertThat(filter.condition()).isEqualTo("b.etag in (?, ?) or b.etag = ? or b.stamp < ?");
    assertThat(filter.values()).containsExactly("x", "y", "z", 5);
  }

  @Test
  void doesNotChange_whenWhatItWasMadeOfDoes() {
    List<String> etags = new ArrayList<>(Arrays.asList("x", null));
    Map<String, Object> parameters = new HashMap<>(Map.of("etags", etags));
    BackupFilter sql = BackupFilter.sql("b.etag in (:etags)", parameters);
    BackupFilter jpql = BackupFilter.jpql("b.etag in :etags", parameters);
    etags.clear();
    parameters.clear();
    assertThat(sql.values()).containsExactly("x", null);
    assertThat(jpql.parameters()).isEqualTo(Map.of("etags", Arrays.asList("x", null)));
    assertThatThrownBy(() -> sql.values().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> jpql.parameters().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void toString_hasNoParameter() {
    assertThat(BackupFilter.sql("b.etag = :etag", Map.of("etag", "secret")))
        .hasToString("BackupFilter[SQL b.etag = :etag]");
    assertThat(BackupFilter.keyPrefix("a/")).hasToString("BackupFilter[KEY_PREFIX a/]");
  }
}
