package dev.backstop.testing;

import java.util.function.Supplier;

/** Which database the contract is run against, as the build chose it. */
public final class TestDatabases {
  /** System property: the class name of a {@code Supplier<TestDatabase>}; H2 in memory without. */
  public static final String SUPPLIER = "dev.backstop.testing.databases";

  private TestDatabases() {}

  /** Makes a new empty database. */
  public static TestDatabase create() {
    String supplier = System.getProperty(SUPPLIER);
    if (supplier == null) {
      return H2Database.inMemory();
    }
    try {
      return (TestDatabase)
          Class.forName(supplier)
              .asSubclass(Supplier.class)
              .getDeclaredConstructor()
              .newInstance()
              .get();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(SUPPLIER + " must name a Supplier, was " + supplier, e);
    }
  }
}
