package dev.backstop.it.kill;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** How long the longest call of each kind took, and how many there were. */
final class Waits {
  /** What a call turned out to be. */
  enum Call {
    HIT,
    LOAD,
    STAND_IN,
    CHANGE
  }

  private final Map<Call, LongAccumulator> longest = new EnumMap<>(Call.class);
  private final Map<Call, LongAdder> count = new EnumMap<>(Call.class);

  Waits() {
    for (Call call : Call.values()) {
      longest.put(call, new LongAccumulator(Math::max, 0));
      count.put(call, new LongAdder());
    }
  }

  void note(Call call, long began) {
    longest.get(call).accumulate(System.nanoTime() - began);
    count.get(call).increment();
  }

  Duration longest(Call call) {
    return Duration.ofNanos(longest.get(call).get());
  }

  long count(Call call) {
    return count.get(call).sum();
  }
}
