package dev.backstop.core;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for which load, in this process: a wait that would close a circle is refused, because
 * it would never end.
 */
final class Circles {
  /** Of all Backstops, since loaders may reach from one into another. Empty when nobody waits. */
  private static final Map<Thread, Flight<?>> WAITS = new ConcurrentHashMap<>();

  private Circles() {}

  /**
   * Notes that this thread is about to wait. Two that close a circle at one time both note it first
   * and look afterwards, so at least one of them sees it.
   *
   * @return what it waited for before: a load that runs on this thread may wait in turn
   * @throws IllegalStateException if it would wait for itself
   */
  static @Nullable Flight<?> enter(Flight<?> flight) {
    Thread self = Thread.currentThread();
    Flight<?> before = WAITS.put(self, flight);
    if (before != null && before.hasLanded()) {
      before = null; // that thread's stack was used up before it could leave
    }
    Flight<?> next = flight;
    // A chain is no longer than there are waits; what changes meanwhile must not keep us here.
    for (int steps = WAITS.size(); next != null && steps >= 0; steps--) {
      Thread runner = next.runner;
      if (runner == self) {
        leave(before);
        throw new IllegalStateException(
            "Waiting would close a circle: " + flight + " needs itself");
      }
      next = runner == null ? null : WAITS.get(runner);
    }
    return before;
  }

  /** Ends the wait that {@link #enter} noted. */
  static void leave(@Nullable Flight<?> before) {
    if (before == null) {
      WAITS.remove(Thread.currentThread());
    } else {
      WAITS.put(Thread.currentThread(), before);
    }
  }
}
