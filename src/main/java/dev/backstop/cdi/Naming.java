package dev.backstop.cdi;

import java.util.Optional;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/** What the container has under a name. */
final class Naming {
  private Naming() {}

  /** Returns what is there, or nothing where there is nothing of that type, or no naming at all. */
  static <T> Optional<T> find(String name, Class<T> type) {
    try {
      return Optional.ofNullable(lookUp(name)).filter(type::isInstance).map(type::cast);
    } catch (NamingException absent) {
      return Optional.empty();
    }
  }

  /**
   * Returns what must be there.
   *
   * @throws IllegalStateException if it is not; the message names the setting
   */
  static <T> T get(String setting, String name, Class<T> type) {
    Object found;
    try {
      found = lookUp(name);
    } catch (NamingException absent) {
      throw new IllegalStateException(
          "%s: nothing is bound to %s, or not yet (%s)".formatted(setting, name, absent), absent);
    }
    if (!type.isInstance(found)) {
      throw new IllegalStateException(
          "%s: %s must be a %s, was %s".formatted(setting, name, type.getName(), found));
    }
    return type.cast(found);
  }

  /** Never by a URL: that may be anyone's, and what comes from there is code. */
  @SuppressWarnings("BanJNDI") // the container's own names only
  private static Object lookUp(String name) throws NamingException {
    if (name.contains(":") && !name.startsWith("java:")) {
      throw new NamingException("it must be a name of the container's: java:app/jdbc/backups");
    }
    return InitialContext.doLookup(name);
  }
}
