package dev.backstop;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What goes into a question, and what its answer means. */
final class Rows {
  /** As many as tell something from nothing. */
  static final int ENOUGH = 2;

  private Rows() {}

  /** A copy that may hold nulls. */
  static Map<String, ?> copyOf(Map<String, ?> parameters) {
    Map<String, ?> copy = new HashMap<>(Checks.notNull("parameters", parameters));
    Checks.that(!copy.containsKey("stamp"), "parameters", "without stamp", copy.keySet());
    return Collections.unmodifiableMap(copy);
  }

  /** Whether rows, of one column or an array of them, tell of a change. */
  static boolean tellOfChange(List<?> rows) {
    if (rows.size() != 1) {
      return !rows.isEmpty();
    }
    Object row = rows.get(0);
    if (row instanceof Object[] columns) {
      for (Object column : columns) {
        if (isSomething(column)) {
          return true;
        }
      }
      return false;
    }
    return isSomething(row);
  }

  private static boolean isSomething(@Nullable Object value) {
    if (value instanceof Number number) {
      return number.doubleValue() != 0;
    }
    return value instanceof Boolean bool ? bool : value != null;
  }
}
