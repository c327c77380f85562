package dev.backstop.core;

import dev.backstop.clock.Stamp;
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
}
