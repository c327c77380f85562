package dev.backstop;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SQL with named parameters.
 *
 * @param text as it was written
 * @param pieces what stands before, between and after the parameters
 * @param names of the parameters, in their order
 */
record NamedSql(String text, List<String> pieces, List<String> names) {
  static final String STAMP = "stamp";

  private static final Pattern DOLLAR_QUOTE = Pattern.compile("\\$([A-Za-z_][A-Za-z_0-9]*)?\\$");

  static NamedSql parse(String text) {
    List<String> pieces = new ArrayList<>();
    List<String> names = new ArrayList<>();
    int pieceStart = 0;
    int i = 0;
    while (i < text.length()) {
      int next = pastOpaque(text, i);
      if (next > i) {
        i = next;
      } else if (isParameter(text, i)) {
        int end = i + 1;
        while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
          end++;
        }
        pieces.add(text.substring(pieceStart, i));
        names.add(text.substring(i + 1, end));
        pieceStart = end;
        i = end;
      } else if (text.startsWith("::", i) || text.startsWith("??", i)) {
        i += 2; // a cast; the driver's way to write an operator with a question mark
      } else {
        Checks.that(text.charAt(i) != '?', "sql", "without ?, with :names", text);
        i++;
      }
    }
    pieces.add(text.substring(pieceStart));
    return new NamedSql(text, List.copyOf(pieces), List.copyOf(names));
  }

  /** Whether each parenthesis closes one that it opened: nothing that stands around it ends. */
  static boolean isClosed(String text) {
    int open = 0;
    for (int i = 0; i < text.length() && open >= 0; ) {
      int next = pastOpaque(text, i);
      if (next == i) {
        open += text.charAt(i) == '(' ? 1 : text.charAt(i) == ')' ? -1 : 0;
        next++;
      }
      i = next;
    }
    return open == 0;
  }

  private static boolean isParameter(String text, int i) {
    return text.charAt(i) == ':'
        && i + 1 < text.length()
        && Character.isJavaIdentifierStart(text.charAt(i + 1));
  }

  /** Where a quote or comment that begins here ends; {@code i} if none does. */
  private static int pastOpaque(String text, int i) {
    char here = text.charAt(i);
    if (here == '\'') {
      return pastQuote(text, i, isEscapeString(text, i));
    }
    if (here == '"') {
      return pastQuote(text, i, false);
    }
    if (text.startsWith("--", i)) {
      int end = text.indexOf('\n', i);
      return end < 0 ? text.length() : end + 1;
    }
    if (text.startsWith("/*", i)) {
      return pastComment(text, i);
    }
    return here == '$' ? pastDollarQuote(text, i) : i;
  }

  /** A quote that is doubled ends one and begins the next, which comes to the same. */
  private static int pastQuote(String text, int i, boolean withBackslash) {
    for (int end = i + 1; end < text.length(); end++) {
      if (text.charAt(end) == '\\' && withBackslash) {
        end++;
      } else if (text.charAt(end) == text.charAt(i)) {
        return end + 1;
      }
    }
    return text.length();
  }

  /** PostgreSQL's {@code E'it\'s'}. */
  private static boolean isEscapeString(String text, int quote) {
    return quote > 0
        && (text.charAt(quote - 1) == 'E' || text.charAt(quote - 1) == 'e')
        && (quote == 1 || !Character.isJavaIdentifierPart(text.charAt(quote - 2)));
  }

  private static int pastComment(String text, int i) {
    int depth = 0; // they may be nested
    int end = i;
    do {
      boolean opens = text.startsWith("/*", end);
      boolean closes = text.startsWith("*/", end);
      depth += opens ? 1 : closes ? -1 : 0;
      end += opens || closes ? 2 : 1;
    } while (depth > 0 && end < text.length());
    return Math.min(end, text.length());
  }

  private static int pastDollarQuote(String text, int i) {
    Matcher quote = DOLLAR_QUOTE.matcher(text).region(i, text.length());
    if (!quote.lookingAt() || (i > 0 && Character.isJavaIdentifierPart(text.charAt(i - 1)))) {
      return i;
    }
    int end = text.indexOf(quote.group(), quote.end());
    return end < 0 ? text.length() : end + quote.group().length();
  }

  /** Returns the parameters if they are those of the query, which compares with the stamp. */
  Map<String, ?> checked(Map<String, ?> parameters) {
    Checks.that(names.contains(STAMP), "sql", "compared with :stamp", text);
    return checked(parameters, Set.of(STAMP));
  }

  /** Returns the parameters if they are those of the query, but for some that others bind. */
  Map<String, ?> checked(Map<String, ?> parameters, Set<String> others) {
    Set<String> expected = new HashSet<>(names);
    expected.removeAll(others);
    Checks.that(
        expected.equals(parameters.keySet()),
        "parameters",
        new TreeSet<>(expected) + ", the names in " + text,
        new TreeSet<>(parameters.keySet()));
    return parameters;
  }

  /** With a question mark for each value; an empty list becomes a null, which equals nothing. */
  String positional(Map<String, ?> parameters) {
    StringBuilder sql = new StringBuilder(pieces.get(0));
    for (int i = 0; i < names.size(); i++) {
      int values = parameters.get(names.get(i)) instanceof Collection<?> list ? list.size() : 1;
      sql.append(values == 0 ? "null" : String.join(", ", Collections.nCopies(values, "?")));
      sql.append(pieces.get(i + 1));
    }
    return sql.toString();
  }
}
