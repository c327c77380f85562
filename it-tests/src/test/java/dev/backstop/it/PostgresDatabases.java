package dev.backstop.it;

import dev.backstop.testing.TestDatabase;
import java.util.function.Supplier;

/** Makes the contract run on PostgreSQL; the build names it. */
public final class PostgresDatabases implements Supplier<TestDatabase> {
  /** For the build. */
  public PostgresDatabases() {}

  @Override
  public TestDatabase get() {
    return PostgresDatabase.create();
  }
}
