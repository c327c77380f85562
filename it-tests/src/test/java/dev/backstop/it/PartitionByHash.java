package dev.backstop.it;

import dev.backstop.testing.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import javax.sql.DataSource;

/** The script that partitions the backups, as somebody runs it who owns the tables. */
public final class PartitionByHash {
  private static final Path SCRIPT =
      Path.of("../db-migrations/optional/postgresql/partition_by_hash.sql");

  private PartitionByHash() {}

  /** Runs it; 0 partitions are one plain table. */
  public static void run(DataSource owner, int partitions) throws SQLException {
    Sql.run(owner, "set backstop.partitions = " + partitions, script());
  }

  static String script() {
    try {
      return Files.readString(SCRIPT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
