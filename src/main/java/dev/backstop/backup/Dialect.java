package dev.backstop.backup;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The statements that Jakarta Persistence has no words for, per database. Each is one round trip,
 * and guarded: the order of stamps is decided inside it, so that no lock and no read goes before.
 *
 * <p>No statement says now(): times are parameters.
 */
interface Dialect {
  /** The folder of its migrations, below {@code db/backstop}. */
  String folder();

  /** Whether an interrupt of a thread that asks it breaks it for all others. */
  default boolean suffersInterrupts() {
    return false;
  }

  /** Asks for the present time. */
  String time();

  /**
   * Reads the tables, as a read of a backup would. Where the server goes on when a client has left,
   * as it does while someone else has locked the table, it is told to end after {@code bound}: the
   * probes of a long outage would otherwise take all the connections that it has.
   */
  default String probe(Duration bound) {
    return "select b.blob from backstop_backup b left join backstop_cache c"
        + " on c.cache_name = b.cache_name where b.cache_name = '' and b.cache_key = ''";
  }

  /**
   * Stores rows. A value replaces a lower stamp, a tombstone an equal one too, and a cleared cache
   * takes neither. A blob whose digest is the stored one's is left where it is. Returns cache, key
   * and whether it is already expired of each row that was not refused. Parameters: see {@link
   * #bind}.
   */
  String store();

  /** The same for values that may replace only what is not fresh. */
  String add();

  /** How many rows one {@link #store} takes at most. */
  int rowsPerStore();

  /**
   * Sets the parameters of {@link #store} or {@link #add}.
   *
   * @param before how many parameters come before them
   * @param future what is stamped above it is replaced, whatever its stamp
   */
  void bind(
      PreparedStatement statement,
      int before,
      List<NewRow> rows,
      Duration patience,
      OffsetDateTime future)
      throws SQLException;

  /** The table by which nodes tell each other, for one of them. */
  NewsTable news(UUID node);

  /**
   * Claims a load, unless {@link FlightTable#FREE} says no. Parameters: cache, key, node, now,
   * until when, and its own.
   */
  String claim();

  /** What a claim sets row f to. */
  String CLAIMED =
      "node = s.node, claimed_at = s.claimed_at, claimed_until = s.claimed_until, landed_at = null,"
          + " outcome = null, failed_until = null, failure_type = null, failure = null";

  /**
   * Whether a commit saves its tables one after the other, so that of what is written meanwhile a
   * part may be found after a kill.
   */
  default boolean savesInParts() {
    return false;
  }

  /** The last parameter of a statement that may meet a lock, where the database can be told. */
  default void bindPatience(PreparedStatement statement, int index, Duration patience)
      throws SQLException {}

  /**
   * Notes an expiry. A row without blob is kept as long as a removal's from then on: it is what a
   * load that is under way will meet. Parameters: cache, key, stamp, patience.
   */
  String expire();

  /**
   * Notes a barrier. Parameters: cache, expired before, cleared before, either of them null;
   * patience.
   */
  String bar();

  /** Makes a row that is there a tombstone. Parameters: cache, key, stamp, patience. */
  String removePresent();

  /** Notes an access. Parameters: moment, cache, key, moment, patience. */
  default String touch() {
    return """
        update backstop_backup set last_access = ?
        where cache_name = ? and cache_key = ? and last_access < ?""";
  }

  /** Deletes one slice. Parameters: those of {@code what}, and how many rows at most. */
  String cull(CullSql what);

  /**
   * Deletes one slice of {@link CullSql#EXCESS}, least recently accessed first, and not a row more
   * than is too many. Parameters: its own, how many rows at most, how many rows and how many bytes
   * are too many. Returns the size of each that is gone.
   */
  String cullExcess();

  /** Whether row s is too many: {@code n} counts it, {@code bytes} does not. */
  String TOO_MANY = "s.n <= ? or s.bytes < ?";

  /** Numbers rows by their accesses, and sums up the bytes of those before. */
  String IN_ORDER_OF_ACCESS =
      """
      row_number() over (order by last_access, cache_key) as n,
      coalesce(sum(blob_bytes) over (order by last_access, cache_key
        rows between unbounded preceding and 1 preceding), 0) as bytes""";

  /** The columns that {@link #store} writes. */
  List<String> COLUMNS =
      List.of(
          "cache_name",
          "cache_key",
          "blob",
          "created_at",
          "last_access",
          "expires_at",
          "codec",
          "format",
          "type_fingerprint",
          "etag",
          "last_modified",
          "fingerprint",
          "digest",
          "blob_bytes");

  /** What a row s, of the parameters in {@link NewRow}'s order, says of {@link #COLUMNS}. */
  String NEW_ROW =
      "s.cache_name, s.cache_key, s.blob, s.created_at, s.created_at as last_access, s.expires_at,"
          + " s.codec, s.format, s.type_fingerprint, s.etag, s.last_modified, s.fingerprint, s.digest, octet_length(s.blob) as blob_bytes";

  /**
   * What may replace row b by row s: what is later; where it is equal, a tombstone, and the same
   * again: who writes again because an answer was lost is not refused by its own row; whatever it
   * is where row b is from the future. Parameter: where that begins.
   */
  String LATER =
      "(b.created_at < s.created_at or b.created_at = s.created_at"
          + " and (s.blob is null or b.digest = s.digest)"
          + " or b.created_at > cast(? as timestamp(6) with time zone))";

  /** Whether row b may be replaced by an add: nothing fresh is there. */
  String LATER_AND_NOT_FRESH =
      LATER
          + " and (b.blob is null or b.expires_at <= s.created_at or b.expired_at >= b.created_at"
          + " or exists (select 1 from backstop_cache c where c.cache_name = b.cache_name"
          + " and (c.expired_before >= b.created_at or c.cleared_before >= b.created_at)))";

  /**
   * Whether row s comes too late: its cache was cleared with a higher or equal stamp, one that is
   * not from the future. Parameter: where that begins.
   */
  String CLEARED =
      """
      exists (select 1 from backstop_cache c
        where c.cache_name = s.cache_name and c.cleared_before >= s.created_at
          and c.cleared_before <= cast(? as timestamp(6) with time zone))""";

  /** Whether the stored row b is no longer fresh. */
  String EXPIRED =
      """
      coalesce(b.expired_at >= b.created_at, false) or exists (select 1 from backstop_cache c
        where c.cache_name = b.cache_name and c.expired_before >= b.created_at)""";

  /** Sets row b to row s; {@code s} is what the statement calls the new row. */
  static String sets(String s) {
    return COLUMNS.stream()
        .skip(2)
        .map(
            column ->
                switch (column) {
                  case "blob" ->
                      "blob = case when b.blob is not null and b.digest = "
                          + s
                          + ".digest then b.blob else "
                          + s
                          + ".blob end";
                  case "last_access" -> // the same again is no access
                      "last_access = case when b.created_at = "
                          + s
                          + ".created_at then b.last_access else "
                          + s
                          + ".last_access end";
                  default -> column + " = " + s + "." + column;
                })
        .collect(Collectors.joining(", "));
  }

  /**
   * The dialect of the database at the other end.
   *
   * @throws IllegalStateException if there is none for it
   */
  static Dialect of(Connection connection) throws SQLException {
    DatabaseMetaData database = connection.getMetaData();
    String product = database.getDatabaseProductName();
    return switch (product) {
      case "H2" -> H2Dialect.of(database.getDatabaseProductVersion());
      case "PostgreSQL" -> new PostgresDialect();
      default ->
          throw new IllegalStateException("The database must be PostgreSQL or H2, was " + product);
    };
  }
}
