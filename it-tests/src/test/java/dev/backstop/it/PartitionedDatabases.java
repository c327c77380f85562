package dev.backstop.it;

import dev.backstop.testing.Sql;
import dev.backstop.testing.TestDatabase;
import java.sql.SQLException;
import java.util.function.Supplier;

/**
 * Makes the contract run on PostgreSQL, with the backups partitioned by hash; the build names it.
 * The script is run as soon as a migration has made the table and its view, in its transaction.
 */
public final class PartitionedDatabases implements Supplier<TestDatabase> {
  /** Fewer than there are for people, as each test makes them anew. */
  static final int PARTITIONS = 3;

  /** For the build. */
  public PartitionedDatabases() {}

  @Override
  public TestDatabase get() {
    PostgresDatabase database = PostgresDatabase.create();
    try {
      Sql.run(
          database.dataSource(),
          "alter database " + database.name() + " set backstop.partitions = " + PARTITIONS,
          "create function backstop_it.partition() returns event_trigger language plpgsql as $it$"
              + " begin execute $script$"
              + PartitionByHash.script()
              + "$script$; end $it$",
          "create event trigger backstop_it_partition on ddl_command_end"
              + " when tag in ('CREATE VIEW') execute function backstop_it.partition()");
    } catch (SQLException e) {
      database.close();
      throw new AssertionError("No table can be partitioned in " + database.name(), e);
    }
    return database;
  }
}
