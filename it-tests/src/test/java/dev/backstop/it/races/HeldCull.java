package dev.backstop.it.races;

import dev.backstop.Backstop;
import dev.backstop.CullReport;
import dev.backstop.it.PostgresDatabase;
import dev.backstop.testing.CountingDataSource;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import dev.backstop.testing.Sql;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** A cull that is held where a test wants it, while others go on. */
final class HeldCull {
  /** The answer that says where the next window ends: what is in it is deleted next. */
  static final String WINDOW_OF_IDLE = "order by b.expires_at";

  static final String WINDOW_OF_CLEARED = "order by b.cache_name, b.cache_key";

  /** The answer to what deletes in a window what is idle; tombstones come next. */
  static final String IDLE_DELETED = "b.blob is not null and b.last_access < ?";

  /** The answer to how many backups a cache with a limit has. */
  static final String COUNTED = "select count(*), coalesce(sum(b.blob_bytes), 0)";

  /** The answer that says which of them were not asked for the longest. */
  static final String SAMPLED = "random() < ?";

  private final PostgresDatabase database;
  private final CountingDataSource source;
  private final Backstop culler;

  /** What culls there, by that data source alone. */
  HeldCull(PostgresDatabase database, CountingDataSource source, Backstop culler) {
    this.database = database;
    this.source = source;
    this.culler = culler;
  }

  /** Something done meanwhile. */
  interface Meanwhile {
    void run() throws Exception;
  }

  /** Culls, but does that before the cull goes on from the next such answer. */
  CullReport after(String answer, Meanwhile meanwhile) {
    Gate gate = new Gate();
    source.holdNextAnswer(answer, gate);
    Started<CullReport> cull = Threads.start(culler::cullNow);
    try {
      gate.awaitEntered();
      meanwhile.run();
      gate.open();
      return cull.join();
    } catch (Exception e) {
      throw new AssertionError(e);
    } finally {
      gate.open();
    }
  }

  /** Culls, and begins that while the delete has its rows locked; both go on together. */
  CullReport inDelete(Meanwhile meanwhile) {
    try (Connection holder = database.dataSource().getConnection();
        Statement hold = holder.createStatement()) {
      hold.execute(
          "create function hold() returns trigger language plpgsql as $$begin"
              + " perform pg_advisory_xact_lock(1); return old; end$$");
      hold.execute(
          "create trigger hold before delete on backstop_backup for each row"
              + " execute function hold()");
      hold.execute("select pg_advisory_lock(1)");
      Started<CullReport> cull = Threads.start(culler::cullNow);
      awaitWaiting("advisory");
      Started<Void> other =
          Threads.start(
              () -> {
                meanwhile.run();
                return null;
              });
      awaitWaiting("transactionid");
      hold.execute("select pg_advisory_unlock(1)");
      CullReport report = cull.join();
      other.join();
      return report;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void awaitWaiting(String locktype) {
    Eventually.holds(
        () -> {
          try {
            return Sql.ask(
                    database.dataSource(),
                    "select 1 from pg_locks where not granted and locktype = ?",
                    locktype)
                != null;
          } catch (SQLException e) {
            throw new AssertionError(e);
          }
        },
        "someone waits for a lock of the type " + locktype);
  }
}
