package dev.backstop.backup;

import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells by SQLState what a failure of the database means. */
enum SqlFailures {
  /** Two transactions met: the same again will do. */
  COLLISION,
  /** The database refuses this row, whenever it is asked. */
  ROW,
  /** The tables are not as they must be. */
  SCHEMA,
  /** Everything else: the database does not do its work now, and may later. */
  OUTAGE;

  private static final String DUPLICATE_KEY = "23505";

  /** Serialization failure, deadlock (both databases), and H2's concurrent update. */
  private static final Set<String> COLLISIONS = Set.of("40001", "40P01", "90131", DUPLICATE_KEY);

  /** H2's words for a view or a constraint that is there already, or is not. */
  private static final Set<String> OBJECTS_OF_H2 = Set.of("90037", "90038", "90045", "90057");

  /** PostgreSQL's, and H2's three. */
  private static final Set<String> MISSING_TABLE = Set.of("42P01", "42S02", "42S03", "42S04");

  /** PostgreSQL's, and H2's. */
  private static final Set<String> MISSING_RIGHT = Set.of("42501", "90096");

  /** Classifies by the first SQLState found along the causes. */
  static SqlFailures of(Throwable failure) {
    SQLException sql = find(failure);
    String state = sql == null ? null : sql.getSQLState();
    if (state == null) {
      return OUTAGE;
    }
    if (COLLISIONS.contains(state)) {
      return COLLISION;
    }
    if (OBJECTS_OF_H2.contains(state)) {
      return SCHEMA;
    }
    return switch (state.length() < 2 ? "" : state.substring(0, 2)) {
      case "22", "23", "54" -> ROW; // data, constraint, a limit of the program
      case "42", "3F" -> SCHEMA;
      default -> sql instanceof SQLIntegrityConstraintViolationException ? ROW : OUTAGE;
    };
  }

  /** Whether a table is not there. */
  static boolean isMissingTable(SQLException failure) {
    return MISSING_TABLE.contains(String.valueOf(failure.getSQLState()));
  }

  /** Whether this user lacks a right. */
  static boolean isMissingRight(SQLException failure) {
    return MISSING_RIGHT.contains(String.valueOf(failure.getSQLState()));
  }

  private static @Nullable SQLException find(Throwable failure) {
    Throwable at = failure;
    // Bounded, because a chain of causes may be a circle.
    for (int depth = 0; at != null && depth < 20; depth++, at = at.getCause()) {
      if (at instanceof SQLException sql && sql.getSQLState() != null) {
        return sql;
      }
    }
    return null;
  }
}
