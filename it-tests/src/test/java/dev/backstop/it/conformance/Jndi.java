package dev.backstop.it.conformance;

import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** What the server has by name. */
public final class Jndi {
  private Jndi() {}

  /** The data source of that name. */
  @SuppressWarnings("BanJNDI") // the test's own names
  public static DataSource dataSource(String name) {
    try {
      return InitialContext.doLookup(name);
    } catch (NamingException e) {
      throw new IllegalStateException(name, e);
    }
  }
}
