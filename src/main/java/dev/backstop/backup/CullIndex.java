package dev.backstop.backup;

import dev.backstop.clock.Micros;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/** An index that a cull, or a caller's filter, goes along, from one position to the next. */
enum CullIndex {
  /** All caches. A namespace is what a name begins with, up to and with its colon; or nothing. */
  EXPIRY(
      "b.expires_at",
      "b.expires_at < ?",
      "substring(b.cache_name from 1 for position(':' in b.cache_name)) = ?",
      "b.expires_at"),
  /** One cache. */
  KEY("b.cache_key", "b.cache_name = ?", "b.cache_name = ?", "b.cache_name, b.cache_key");

  /** How many rows a window has, and the equals of its last. */
  static final int WINDOW = 500;

  private final String window;
  private final String range;

  CullIndex(String column, String within, String named, String order) {
    this.window =
        "select max(at), count(*) from (select %s as at from backstop_backup b where %s and %s >= ? order by %s fetch first %d rows only) w"
            .formatted(column, within, column, order, WINDOW);
    this.range = "%s and %s >= ? and %s <= ?".formatted(named, column, column);
  }

  /**
   * Finds where the next window ends, and how many rows it has, without the equals of its last.
   * Parameters: what is expired before, or the cache; from.
   */
  String window() {
    return window;
  }

  /** The rows of a window. Parameters: namespace or cache, from, to. */
  String range() {
    return range;
  }

  /** The position before all others. */
  Object start() {
    return this == EXPIRY ? Micros.utc(Micros.START_OF_TIME) : "";
  }

  /** The position next to that one: no key has a NUL. */
  Object after(Object position) {
    return position instanceof OffsetDateTime moment
        ? moment.plus(1, ChronoUnit.MICROS)
        : position + "\u0001";
  }

  /** The type of a position. */
  Class<?> type() {
    return this == EXPIRY ? OffsetDateTime.class : String.class;
  }
}
