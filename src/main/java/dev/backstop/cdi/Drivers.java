package dev.backstop.cdi;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

/** Drivers in the application itself. */
final class Drivers {
  private static final Logger LOG = System.getLogger("dev.backstop");

  private Drivers() {}

  /**
   * Has the JDK forget those that came with the application, or it keeps them, and with them all of
   * its classes, for as long as the server runs.
   */
  static void forget() {
    ClassLoader ours = Drivers.class.getClassLoader();
    List<Driver> known = DriverManager.drivers().toList();
    for (Driver driver : known) {
      if (driver.getClass().getClassLoader() == ours) {
        try {
          DriverManager.deregisterDriver(driver);
        } catch (SQLException | SecurityException kept) {
          LOG.log(Level.DEBUG, "The driver stays: " + driver, kept);
        }
      }
    }
  }
}
