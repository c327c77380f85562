package dev.backstop.core;

import dev.backstop.CacheTier;
import dev.backstop.Entry;
import dev.backstop.LoadFailure;
import dev.backstop.Origin;
import dev.backstop.backup.RowKey;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Tells for each get the key and the tier that answered, if the logger {@code dev.backstop.gets} is
 * at level {@code DEBUG}. Values and messages of failures, which may hold them, are never told.
 */
final class GetLog {
  static final String NOTHING = "nothing";

  private static final Logger LOG = System.getLogger("dev.backstop.gets");

  private GetLog() {}

  /** Whether anybody wants to know. A hit asks first, as it must not make the row of its key. */
  static boolean isOn() {
    return LOG.isLoggable(Level.DEBUG);
  }

  /** Tells where the answer of a get came from that the heap did not answer at once. */
  static void answered(RowKey row, @Nullable Landing<?> landing, Entry<?> entry) {
    String tier = entry.origin() == Origin.SOURCE ? "source" : CacheTier.BACKUPS;
    answered(row, landing instanceof Landing.Held<?> held ? held.tier() : tier, entry.failure());
  }

  /**
   * Tells which tier answered.
   *
   * @param because why its value stands in; null if it is fresh
   */
  static void answered(RowKey row, String tier, @Nullable LoadFailure because) {
    if (isOn()) {
      tell(row, because == null ? tier : tier + ", standing in for " + because.type());
    }
  }

  /** Tells that a call ended without an answer to these keys. */
  static void failed(Collection<RowKey> rows, Throwable failure) {
    if (!(failure instanceof VirtualMachineError) && isOn()) { // no room, perhaps
      rows.forEach(row -> tell(row, "failed, " + failure.getClass().getName()));
    }
  }

  private static void tell(RowKey row, String what) {
    LOG.log(Level.DEBUG, "Cache " + row.cache() + ", key " + Texts.shown(row.key()) + ": " + what);
  }
}
