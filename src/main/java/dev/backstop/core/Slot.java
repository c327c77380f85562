package dev.backstop.core;

import dev.backstop.clock.Stamp;
import dev.backstop.clock.StampClock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who is about to fill a key. Guarded by the step in which {@link Slots} gives it out. */
final class Slot<V> {
  /** Loads that are under way, detached ones too, and others that may fill. */
  final List<Visit> visitors = new ArrayList<>();

  /** The load that others join, if it still is one of the visitors. */
  @Nullable Flight<V> current;

  /** The highest stamp that a change had since the first of the visitors came. */
  @Nullable Stamp floor;

  /**
   * The load to join, if there is one in time.
   *
   * @param waits whether who joins it waits for it
   */
  @Nullable Flight<V> joinable(boolean waits) {
    Flight<V> flight = current;
    visitors.removeIf(visit -> visit.hasLeft(waits));
    return flight != null && visitors.contains(flight) && !flight.isOverdue() ? flight : null;
  }

  /** Lets others join that load; of two that are overdue, no third makes a call. */
  void lead(Flight<V> flight) {
    flight.mayLoad = visitors.stream().filter(Visit::isOverdue).count() <= 1;
    visitors.add(flight);
    current = flight;
  }

  /** A change: what began before it fills nothing, and nobody joins it. */
  void end(Stamp stamp, StampClock clock) {
    long micros = clock.current(stamp);
    Stamp before = floor;
    floor = before != null && clock.current(before) > micros ? before : stamp;
    Flight<V> flight = current;
    if (flight != null && (flight.isVoid || clock.current(flight.stamp()) <= micros)) {
      current = null;
    }
  }
}
