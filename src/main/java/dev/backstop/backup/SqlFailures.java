package dev.backstop.backup;

import dev.backstop.BackupUnavailableException;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** Tells what a failure means, by its SQLState. */
enum SqlFailures {
  /** Two transactions met, or a plan was out of date: the same again will do. */
  COLLISION,
  /** Someone else has locked a row for longer than we wait. */
  LOCKED,
  /** The database can't do it with this row, whenever it is asked. */
  ROW,
  /**
   * No SQLException: our own code can't do it with this row, or a driver is out of step with its
   * server since it ran out of memory within a message.
   */
  UNCHECKED,
  /** This process has too little memory for it now; less at a time may do. */
  MEMORY,
  /** The server met a fault of its own, such as an index that is damaged; it may be mended. */
  DAMAGE,
  /** The tables are not as they must be. */
  SCHEMA,
  /** This connection is gone; another one may do. */
  CONNECTION,
  /** There is no connection to be had, or nobody answered. */
  UNREACHABLE,
  /** Everything else: the database does not do its work now, and may later. */
  OUTAGE;

  private static final int COLLISIONS_IN_A_ROW = 20;
  private static final int CONNECTIONS_IN_A_ROW = 5;

  private static final Map<String, SqlFailures> STATES =
      Map.ofEntries(
          Map.entry("40001", COLLISION), // serialization failure
          Map.entry("40P01", COLLISION), // deadlock
          Map.entry("90131", COLLISION), // H2: concurrent update
          Map.entry("23505", COLLISION), // duplicate key
          Map.entry("0A000", COLLISION), // "cached plan must not change result type"
          Map.entry("26000", COLLISION), // the prepared statement is gone
          Map.entry("55P03", LOCKED),
          Map.entry("HYT00", LOCKED), // H2: lock timeout
          Map.entry("90022", SCHEMA), // H2: no such function
          Map.entry("90037", SCHEMA), // H2: no such view
          Map.entry("90038", SCHEMA), // H2: there is such a view
          Map.entry("90045", SCHEMA), // H2: there is such a constraint
          Map.entry("90057", SCHEMA), // H2: no such constraint
          Map.entry("90096", SCHEMA), // H2: not permitted
          Map.entry("57P01", CONNECTION), // the backend was terminated
          Map.entry("57P02", CONNECTION), // another one crashed, and took it along
          Map.entry("57P05", CONNECTION), // it was idle for longer than its server likes
          Map.entry("08001", UNREACHABLE),
          Map.entry("08004", UNREACHABLE));

  private static final Map<String, SqlFailures> CLASSES =
      Map.ofEntries(
          Map.entry("08", CONNECTION),
          Map.entry("22", ROW),
          Map.entry("23", ROW),
          Map.entry("54", ROW),
          Map.entry("XX", DAMAGE),
          Map.entry("42", SCHEMA),
          Map.entry("3F", SCHEMA));

  /** PostgreSQL's words, and H2's three. */
  private static final Set<String> MISSING_TABLE = Set.of("42P01", "42S02", "42S03", "42S04");

  private static final Set<String> MISSING_RIGHT = Set.of("42501", "90096");

  /**
   * Whether the same is worth another try at once, after so many and so long.
   *
   * @param bound how long anyone waits for all of them together
   */
  boolean isWorthAnotherTry(int tries, long nanos, Duration bound) {
    return switch (this) {
      case COLLISION -> tries < COLLISIONS_IN_A_ROW;
      // A pool may hold several that are broken.
      case CONNECTION, UNCHECKED -> tries < CONNECTIONS_IN_A_ROW && nanos < bound.toNanos();
      default -> false;
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

  /** Whether idle connections may wait for the rest of a message, and answer something else. */
  boolean leavesConnectionsUnsure() {
    return this == UNCHECKED || this == MEMORY;
  }

  /** Whether the same row would meet it again. */
  boolean isOfTheRow() {
    return this == ROW || this == UNCHECKED;
  }

  /** Whether it may go away by itself. */
  boolean isTransient() {
    return !isOfTheRow() && this != SCHEMA;
  }

  /** Whether it need not be the same with fewer rows at a time. */
  boolean mayDoInParts() {
    return isOfTheRow() || this == MEMORY || this == DAMAGE;
  }

  /** Whether it would be the same with any other row. */
  boolean isOfTheDatabase() {
    return this != COLLISION && this != LOCKED && !mayDoInParts();
  }

  /** Whether the database itself says so, which can then be read, as far as we know. */
  boolean isAnswer() {
    return this != CONNECTION && this != UNREACHABLE;
  }

  /** Classifies by the first SQLState found along the causes. */
  static SqlFailures of(Throwable failure) {
    if (isShortOfMemory(failure)) {
      return MEMORY;
    }
    boolean isSql = failure instanceof BackupUnavailableException;
    Throwable at = failure;
    // Bounded, because a chain of causes may be a circle.
    for (int depth = 0; at != null && depth < 20; depth++, at = at.getCause()) {
      isSql |= at instanceof SQLException;
      if (at instanceof SQLTransientConnectionException) {
        return UNREACHABLE; // a pool's words; the state, if any, is that of what it met meanwhile
      }
      if (at instanceof SQLException sql && sql.getSQLState() != null) {
        return of(sql, sql.getSQLState());
      }
    }
    if (isSql) {
      return UNREACHABLE;
    }
    // A query that is refused as such, by whoever would have to ask it, was not sent.
    return failure instanceof IllegalArgumentException ? ROW : UNCHECKED;
  }

  /** Drivers give it a state as if the server had said so. */
  private static boolean isShortOfMemory(Throwable failure) {
    Throwable at = failure;
    for (int depth = 0; at != null && depth < 20; depth++, at = at.getCause()) {
      if (at instanceof OutOfMemoryError) {
        return true;
      }
    }
    return false;
  }

  private static SqlFailures of(SQLException failure, String state) {
    SqlFailures known = STATES.get(state);
    if (known == null && state.length() >= 2) {
      known = CLASSES.get(state.substring(0, 2));
    }
    if (known == null) {
      return failure instanceof SQLIntegrityConstraintViolationException ? ROW : OUTAGE;
    }
    return known;
  }
}
