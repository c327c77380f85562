package dev.backstop.backup;

import dev.backstop.BackupFilter;
import dev.backstop.BackupUnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Selects rows of one cache by a caller's filter, window by window along the primary key: so
 * neither what a statement costs nor what is held in memory depends on the size of the cache, or on
 * how many of its rows are meant.
 */
final class Selector {
  private static final CullIndex INDEX = CullIndex.KEY;

  static final String SQL =
      "select b.cache_key from backstop_backup b where "
          + INDEX.range()
          + " and b.blob is not null and not exists (select 1 from backstop_cache c"
          + " where c.cache_name = b.cache_name and c.cleared_before >= b.created_at)";

  private static final String JPQL =
      "select b.cacheKey from BackupEntity b where b.cacheName = :backstopCache"
          + " and b.cacheKey >= :backstopFrom and b.cacheKey <= :backstopTo"
          + " and b.blob is not null and not exists (select c.cacheName from CacheEntity c"
          + " where c.cacheName = b.cacheName and c.clearedBefore >= b.createdAt)";

  private final Supplier<@Nullable Database> database;
  private final Shelter shelter;
  private final Outage outage;

  Selector(Supplier<@Nullable Database> database, Shelter shelter, Outage outage) {
    this.database = database;
    this.shelter = shelter;
    this.outage = outage;
  }

  /** Some rows of a cache that stand next to each other. */
  private record Window(String cache, String from, String to, boolean isLast) {}

  /** See {@link BackupStore#select}. */
  Selected select(String cache, BackupFilter which, @Nullable String from) {
    String prefix = which.kind() == BackupFilter.Kind.KEY_PREFIX ? which.text() : "";
    String start = from == null ? prefix : from;
    Database open = database.get();
    if (open == null || outage.isOut()) {
      throw undecided(which, outage.cause());
    }
    Window window = window(open, cache, start, which);
    Set<String> keys = new HashSet<>(keys(open, window, which));
    // In any order of texts, those that begin alike stand together, behind what they begin with.
    keys.removeIf(key -> !key.startsWith(prefix));
    boolean isLast = window.isLast || !window.to.startsWith(prefix);
    return new Selected(keys, isLast ? null : (String) INDEX.after(window.to));
  }

  /** This statement is our own, and always a quick one: if it fails, the database is out. */
  private Window window(Database open, String cache, String from, BackupFilter which) {
    try {
      return ask(open, () -> open.read(connection -> window(connection, cache, from)));
    } catch (RuntimeException trouble) {
      if (SqlFailures.of(trouble).isOfTheDatabase()) {
        outage.begin(trouble);
      }
      throw undecided(which, trouble);
    }
  }

  /** Whether the condition is slow or the database is, nobody can tell: it is no outage. */
  private List<String> keys(Database open, Window window, BackupFilter which) {
    try {
      return ask(open, () -> meant(open, window, which));
    } catch (RuntimeException trouble) {
      SqlFailures kind = SqlFailures.of(trouble);
      if (kind == SqlFailures.SCHEMA || kind.isOfTheRow()) {
        throw new IllegalArgumentException(
            "which must be a condition that can be asked of a backup b, was "
                + which
                + ": "
                + Outage.why(trouble),
            trouble);
      }
      throw undecided(which, trouble);
    }
  }

  private static BackupUnavailableException undecided(
      BackupFilter which, @Nullable Throwable trouble) {
    return new BackupUnavailableException(
        "What is meant by " + which + " was not decided: " + Outage.why(trouble), trouble);
  }

  private static Window window(Connection connection, String cache, String from)
      throws SQLException {
    try (PreparedStatement window = connection.prepareStatement(INDEX.window())) {
      window.setString(1, cache);
      window.setString(2, from);
      try (ResultSet end = window.executeQuery()) {
        end.next();
        String to = end.getString(1);
        return new Window(cache, from, to == null ? from : to, end.getLong(2) < CullIndex.WINDOW);
      }
    }
  }

  private static List<String> meant(Database open, Window window, BackupFilter which)
      throws SQLException {
    String condition = " and (" + which.condition() + "\n)"; // it may end in a comment
    return switch (which.kind()) {
      case KEY_PREFIX -> open.read(connection -> keys(connection, SQL, window, List.of()));
      case SQL ->
          open.read(connection -> keys(connection, SQL + condition, window, which.values()));
      case JPQL ->
          open.query(
              JPQL + condition,
              String.class,
              query -> {
                which.parameters().forEach(query::setParameter);
                query.setParameter("backstopCache", window.cache);
                query.setParameter("backstopFrom", window.from);
                query.setParameter("backstopTo", window.to);
              });
    };
  }

  private static List<String> keys(
      Connection connection, String sql, Window window, List<@Nullable Object> values)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, window.cache);
      select.setString(2, window.from);
      select.setString(3, window.to);
      for (int i = 0; i < values.size(); i++) {
        select.setObject(4 + i, values.get(i));
      }
      List<String> keys = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          keys.add(rows.getString(1));
        }
      }
      return keys;
    }
  }

  private <T> T ask(Database open, Connections.Question<T, SQLException> question) {
    return shelter.call(
        open.dialect,
        () -> {
          try {
            return question.ask();
          } catch (SQLException failure) {
            throw new BackupUnavailableException("The database did not answer", failure);
          }
        });
  }
}
