package dev.backstop.backup;

import dev.backstop.BackupUnavailableException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Writes that their callers have to know the end of, past the queue. */
final class DirectWrites {
  private final Shelter shelter;
  private final Outage outage;

  DirectWrites(Shelter shelter, Outage outage) {
    this.shelter = shelter;
    this.outage = outage;
  }

  /** What is written. */
  interface Work<T> {
    T on(Database open) throws SQLException;
  }

  /**
   * Writes, if there is a database and the backups are not out.
   *
   * @throws BackupUnavailableException if the database did not do it within the bound
   */
  <T> T write(String failed, @Nullable Database database, Work<T> work) {
    if (database == null || outage.isOut()) {
      throw new BackupUnavailableException(failed, outage.cause());
    }
    try {
      return shelter.call(database.dialect, () -> writeOn(failed, database, work));
    } catch (BackupUnavailableException trouble) {
      if (SqlFailures.of(trouble).isOfTheDatabase()) {
        outage.beginByWrite(trouble);
      }
      throw trouble;
    }
  }

  private static <T> T writeOn(String failed, Database database, Work<T> work) {
    try {
      return work.on(database);
    } catch (SQLException failure) {
      throw new BackupUnavailableException(failed, failure);
    }
  }
}
