package dev.backstop;

import jakarta.persistence.EntityManager;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * A query that asks whether anything changed, for {@link Policy#changedSince}.
 *
 * <pre>{@code
 * Changes.jpql(
 *     em,
 *     "select t.id from Task t where t.project in :theirs and t.edited >= :stamp",
 *     Map.of("theirs", projects))
 * }</pre>
 *
 * <p>It compares with {@code :stamp}, the stamp of the entry less the {@link #overlap}. No row at
 * all, or a single one of nothing but null, 0 and false, means that nothing changed; anything else,
 * that something did. At most two rows are fetched.
 *
 * <p>{@code :stamp} is bound in the type of what it is compared with: {@code Instant}, {@code
 * OffsetDateTime}, {@code ZonedDateTime}, {@code LocalDateTime} in the JVM's default time zone, as
 * drivers have it, {@code java.util.Date}, {@code java.sql.Timestamp}, {@code long} as milliseconds
 * since 1970, {@code int} as seconds since 1970; or as an {@code OffsetDateTime}, where neither
 * provider nor driver tells. In the database the moment should be set by the database: {@code
 * default current_timestamp}, or a trigger.
 *
 * <p>A question that can't be asked throws an {@code IllegalStateException} with the query's text
 * when it is first asked, and a cache then serves the fast copy. Immutable; as safe for use by
 * several threads as what it asks: an {@code EntityManager} that is not a container's is for one
 * thread.
 */
public final class Changes implements ChangedSince {
  private static final Duration LONGEST = Duration.ofDays(365);

  /** One way to ask. Its text is the query's. */
  interface Question {
    boolean ask(Instant stamp) throws Exception;
  }

  /** How many days back can be asked for notes. */
  static final int NOTED_DAYS = 30;

  /**
   * Selects no id, as that may be null, and a null says that nothing changed. Of what is older than
   * the notes that are kept, nobody knows, so it counts as changed; by the database's clock.
   */
  static final String NOTED =
      "select entity from backstop_change where entity in (%1$s)%2$s and changed_at >= %3$s"
          + " union all select 'older' where cast(%3$s as timestamp with time zone)"
          + " < current_timestamp - interval '"
          + NOTED_DAYS
          + "' day";

  /** A note without an id may mean any. */
  static final String OF_IDS = " and (entity_id is null or entity_id in (%s))";

  private final Question question;
  private final Duration overlap;

  private Changes(Question question, Duration overlap) {
    this.question = question;
    this.overlap = overlap;
  }

  /**
   * Asks by Jakarta Persistence, on {@code em} and so within its transaction, if it has one. What
   * the database then refuses has spoiled that transaction, as with any query of yours.
   *
   * @param jpql selects something that was edited at or after {@code :stamp}
   * @param parameters of the query, but for {@code stamp}
   */
  public static Changes jpql(EntityManager em, String jpql, Map<String, ?> parameters) {
    Checks.notNull("em", em);
    return of(new JpqlQuestion(em, Checks.notNull("jpql", jpql), Rows.copyOf(parameters)));
  }

  /**
   * Asks by SQL, each time on a connection of its own, which sees only what is committed.
   *
   * <p>Parameters are named: {@code :name}, but not within quotes, comments or {@code ::casts}. A
   * collection becomes a list, for {@code in (:ids)}; an empty one finds nothing.
   *
   * @param sql selects something that was edited at or after {@code :stamp}
   * @param parameters of the query, but for {@code stamp}
   * @throws IllegalArgumentException if the names of the query and of the parameters differ, or if
   *     it has no {@code :stamp}
   */
  public static Changes sql(DataSource dataSource, String sql, Map<String, ?> parameters) {
    Checks.notNull("dataSource", dataSource);
    NamedSql named = NamedSql.parse(Checks.notNull("sql", sql));
    return of(new SqlQuestion(dataSource, named, named.checked(Rows.copyOf(parameters))));
  }

  /**
   * Asks what {@link ChangeNotes} noted of those entities, each time on a connection of its own,
   * which sees only what is committed. A note says when the entity was written, its commit comes
   * later: the {@link #overlap} should be as long as the longest such transaction. A stamp that is
   * older than 30 days counts as changed, so that notes need be kept for no longer than 31.
   *
   * @param entities their types; of a hierarchy, all of it is meant
   * @throws IllegalArgumentException if there is none
   */
  public static Changes noted(DataSource dataSource, Class<?>... entities) {
    Checks.notNull("dataSource", dataSource);
    return sql(
        dataSource,
        NOTED.formatted(":entities", "", ":stamp"),
        Map.of("entities", names(entities)));
  }

  /**
   * The same of those of one type that have one of those ids, and of those whose id was not known.
   *
   * @param ids compared as text; of none, only a note without an id tells
   */
  public static Changes noted(DataSource dataSource, Class<?> entity, Collection<?> ids) {
    Checks.notNull("dataSource", dataSource);
    return sql(
        dataSource,
        NOTED.formatted(":entities", OF_IDS.formatted(":ids"), ":stamp"),
        Map.of("entities", names(entity), "ids", texts(ids)));
  }

  /**
   * The same by {@code em}, which sees what its transaction has noted.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Changes noted(EntityManager em, Class<?>... entities) {
    Checks.notNull("em", em);
    return of(new NotedQuestion(em, names(entities), null));
  }

  /**
   * The same by {@code em}, which sees what its transaction has noted.
   *
   * @param ids compared as text; of none, only a note without an id tells
   */
  public static Changes noted(EntityManager em, Class<?> entity, Collection<?> ids) {
    Checks.notNull("em", em);
    return of(new NotedQuestion(em, names(entity), texts(ids)));
  }

  private static List<String> texts(Collection<?> ids) {
    return Checks.notNull("ids", ids).stream()
        .map(each -> Checks.notNull("ids", each).toString())
        .distinct()
        .toList();
  }

  private static List<String> names(Class<?>... entities) {
    Checks.that(entities.length > 0, "entities", "at least one type", List.of());
    return Stream.of(entities)
        .map(each -> ChangeNote.name(Checks.notNull("entities", each)))
        .distinct()
        .toList();
  }

  private static Changes of(Question question) {
    return new Changes(question, Duration.ofSeconds(1));
  }

  /**
   * How much earlier than the stamp is asked, 1 second unless set, 365 days at most. It covers the
   * resolution of what the query compares with, clocks that differ, and writers that commit later
   * than they stamp; but a change is then taken for one again by an entry that was loaded within
   * that time after it.
   *
   * @param overlap may be zero
   */
  public Changes overlap(Duration overlap) {
    Checks.notNull("overlap", overlap);
    boolean fits = !overlap.isNegative() && overlap.compareTo(LONGEST) <= 0;
    Checks.that(fits, "overlap", "from zero to " + LONGEST, overlap);
    return new Changes(question, overlap);
  }

  @Override
  public boolean test(Instant stamp) {
    try {
      return question.ask(stamp.minus(overlap));
    } catch (Exception failure) {
      throw new IllegalStateException("Nobody could tell what changed by " + question, failure);
    }
  }

  @Override
  public String toString() {
    return "Changes[" + question + "]";
  }
}
