package dev.backstop;

import jakarta.persistence.EntityManager;
import jakarta.persistence.PostPersist;
import jakarta.persistence.PostRemove;
import jakarta.persistence.PostUpdate;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Notes in the table {@code backstop_change} that an entity was stored, changed or removed, in the
 * very commit of that change, so that {@link Changes#noted} can ask of tables that have no column
 * for when they were edited. An entity opts in:
 *
 * <pre>{@code
 * @Entity
 * @EntityListeners(ChangeNotes.class)
 * class Task { … }
 * }</pre>
 *
 * <p>The note is one {@code insert} per entity that is flushed, on a connection of the transaction
 * that flushes it: of a transaction that was begun by {@link Backstop#transaction(Lender)}, or of a
 * {@linkplain BackstopBuilder#transactions surrounding one} that {@linkplain Transactions#lender
 * lends} them. That transaction counts as dirty from then on, for every cache of every open
 * Backstop.
 *
 * <p>A change that can't be noted would stay unseen for a whole ttl: it throws an {@code
 * IllegalStateException}, and the provider rolls the transaction back. Bulk updates and SQL pass
 * listeners by: {@link #note}.
 */
public final class ChangeNotes {
  private static final String INSERT =
      "insert into backstop_change (entity, entity_id) values (?, ?)";

  private static final Set<Recorder> RECORDERS = ConcurrentHashMap.newKeySet();

  /** An open Backstop, as a listener meets it. Not for applications. */
  @FunctionalInterface
  public interface Recorder {
    /**
     * Takes the transaction that the calling thread is in for dirty, and returns who lends a
     * connection of it; null if that is not known, or if there is no transaction.
     */
    @Nullable Lender changed();
  }

  /** Made by Jakarta Persistence. */
  public ChangeNotes() {}

  /**
   * Notes it.
   *
   * @throws IllegalStateException if it can't; nothing is noted
   */
  @PostPersist
  @PostUpdate
  @PostRemove
  public void changed(Object entity) {
    ChangeNote note = ChangeNote.of(entity);
    Set<Lender> lenders = lenders();
    if (lenders.size() > 1) { // of these, one is on the entity's database, and nobody knows which
      throw new IllegalStateException(
          "The change of %s can be noted by %d Backstops, each on another connection"
              .formatted(note, lenders.size()));
    }
    if (lenders.isEmpty()) {
      throw new IllegalStateException(
          "Nobody can note the change of %s in its transaction: %s"
              .formatted(
                  note,
                  RECORDERS.isEmpty()
                      ? "no Backstop is open"
                      : "begin it by Backstop.transaction(Lender.of(em)), or give the Backstop the"
                          + " transactions and their data source (JtaTransactions.noting)"));
    }
    write(lenders.iterator().next(), note);
  }

  /**
   * Notes on that connection that any number of entities of that type changed, as a bulk update
   * does; in its transaction, whose commit and rollback are the caller's.
   *
   * @throws SQLException if it was not noted
   */
  public static void note(Connection connection, Class<?> entity) throws SQLException {
    Checks.notNull("connection", connection);
    ChangeNote note = new ChangeNote(ChangeNote.name(Checks.notNull("entity", entity)), null);
    Set<Lender> unused = lenders();
    insert(connection, note);
  }

  /**
   * The same in the transaction of {@code em}.
   *
   * @throws IllegalStateException if it was not noted
   */
  public static void note(EntityManager em, Class<?> entity) {
    Checks.notNull("entity", entity);
    write(Lender.of(Checks.notNull("em", em)), new ChangeNote(ChangeNote.name(entity), null));
    Set<Lender> unused = lenders();
  }

  /** Lets listeners meet that one until the returned handle is closed. Not for applications. */
  public static Registration register(Recorder recorder) {
    RECORDERS.add(recorder);
    return () -> RECORDERS.remove(recorder);
  }

  /** Ends what {@link #register} began. */
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /** Tells all of them, and returns who lends a connection. */
  private static Set<Lender> lenders() {
    Set<Lender> lenders = new HashSet<>();
    for (Recorder each : RECORDERS) {
      Lender lender = each.changed();
      if (lender != null) {
        lenders.add(lender);
      }
    }
    return lenders;
  }

  private static void write(Lender lender, ChangeNote note) {
    try {
      lender.lend(connection -> insert(connection, note));
    } catch (Exception failure) {
      throw new IllegalStateException("The change of " + note + " was not noted", failure);
    }
  }

  private static int insert(Connection connection, ChangeNote note) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setString(1, note.entity());
      insert.setString(2, note.id());
      return insert.executeUpdate();
    }
  }
}
