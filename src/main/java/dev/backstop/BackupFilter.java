package dev.backstop;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which keys of a cache {@link BackedCache#expireAll} and {@link
 * BackedCache#removeAll(BackupFilter) removeAll} are to change: by their text, or by a condition on
 * their backups.
 *
 * <p>A condition is about one row {@code b} at a time, only of this cache, in its namespace and
 * version, and only of rows that hold a value. Parameters are named, {@code :name}, and bound,
 * never made part of the text; the text itself must not come from a user. Whether a condition can
 * be asked is known when it first is.
 *
 * <p>Immutable.
 */
public final class BackupFilter {
  /**
   * Of a key whose text is too long to be stored, the table has no less than its first so many
   * UTF-16 units. By a longer prefix it could not be found.
   */
  private static final int LONGEST_PREFIX = 446;

  /** What a filter looks at. */
  public enum Kind {
    /** The beginning of a key's text. */
    KEY_PREFIX,
    /** A condition in SQL. */
    SQL,
    /** A condition in JPQL. */
    JPQL
  }

  private final Kind kind;
  private final String text;
  private final String condition;
  private final Map<String, ?> parameters;
  private final List<@Nullable Object> values;

  private BackupFilter(
      Kind kind,
      String text,
      String condition,
      Map<String, ?> parameters,
      List<@Nullable Object> values) {
    this.kind = kind;
    this.text = text;
    this.condition = condition;
    this.parameters = parameters;
    this.values = values;
  }

  /**
   * Keys whose text begins so. Every character stands for itself. The text of a record is that of a
   * JSON array: {@code ["planet",} begins those whose first component is {@code planet}.
   *
   * @throws IllegalArgumentException if it is empty (that would be {@link BackedCache#clear}), has
   *     more than 446 UTF-16 units, or holds NUL or a lone surrogate
   */
  public static BackupFilter keyPrefix(String prefix) {
    int units = Checks.notNull("prefix", prefix).length();
    Checks.that(
        units > 0 && units <= LONGEST_PREFIX,
        "prefix",
        "1 to " + LONGEST_PREFIX + " characters",
        units + ": \"" + prefix + '"');
    boolean isStorable =
        prefix.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(prefix);
    Checks.that(isStorable, "prefix", "without NUL and lone surrogates", '"' + prefix + '"');
    return new BackupFilter(Kind.KEY_PREFIX, prefix, prefix, Map.of(), List.of());
  }

  /**
   * Keys whose row of {@code backstop_backup}, called {@code b}, meets a condition in the SQL of
   * the database: {@code b.etag = :etag}, or {@code b.cache_key in (select …)} of a table of yours
   * beside it. {@code docs/sql.md} tells the columns, and how to look into a value. Parameters are
   * written as in {@link Changes#sql}.
   *
   * @throws IllegalArgumentException if the condition is blank, if its parentheses do not match, or
   *     if its names and those of the parameters differ
   */
  public static BackupFilter sql(String condition, Map<String, ?> parameters) {
    NamedSql named = NamedSql.parse(checked(condition));
    Map<String, ?> copy = named.checked(copyOf(parameters), Set.of());
    List<@Nullable Object> values = new ArrayList<>();
    named.names().forEach(name -> values.addAll(SqlQuestion.values(copy.get(name))));
    return new BackupFilter(
        Kind.SQL, condition, named.positional(copy), copy, Collections.unmodifiableList(values));
  }

  /**
   * Keys whose backup, called {@code b}, meets a condition in JPQL: {@code b.createdAt < :moment}.
   * Its attributes are {@code cacheKey}, {@code createdAt}, {@code expiresAt}, {@code expiredAt},
   * {@code lastAccess}, {@code lastModified} (these five are of type {@code Instant}), {@code
   * etag}, {@code fingerprint}, {@code codec}, {@code format}, {@code typeFingerprint} and {@code
   * blob}. It is asked of the backups' own persistence unit, which knows no entity of yours.
   *
   * @throws IllegalArgumentException if the condition is blank, or if its parentheses do not match
   */
  public static BackupFilter jpql(String condition, Map<String, ?> parameters) {
    return new BackupFilter(
        Kind.JPQL, checked(condition), condition, copyOf(parameters), List.of());
  }

  private static String checked(@Nullable String condition) {
    String text = Checks.notNull("condition", condition);
    Checks.that(!text.isBlank(), "condition", "a condition", '"' + text + '"');
    Checks.that(NamedSql.isClosed(text), "condition", "closed where it opens (", text);
    return text;
  }

  /** A copy that may hold nulls, and nothing that changes. */
  private static Map<String, ?> copyOf(Map<String, ?> parameters) {
    Map<String, @Nullable Object> copy = new HashMap<>();
    Checks.notNull("parameters", parameters)
        .forEach(
            (name, value) ->
                copy.put(
                    name,
                    value instanceof Collection<?> list
                        ? Collections.unmodifiableList(new ArrayList<>(list))
                        : value));
    return Collections.unmodifiableMap(copy);
  }

  /** What it looks at. */
  public Kind kind() {
    return kind;
  }

  /** The prefix or the condition, as it was given. */
  public String text() {
    return text;
  }

  /** The same with a question mark for each of the {@link #values}, if it is SQL. */
  public String condition() {
    return condition;
  }

  /** What is bound by its name. */
  public Map<String, ?> parameters() {
    return parameters;
  }

  /** What is bound by its place, if it is SQL. */
  public List<@Nullable Object> values() {
    return values;
  }

  @Override
  public String toString() {
    return "BackupFilter[" + kind + " " + text + "]";
  }
}
