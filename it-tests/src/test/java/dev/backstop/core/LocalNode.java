package dev.backstop.core;

import dev.backstop.Backstop;
import dev.backstop.BackstopConfig;
import dev.backstop.Durability;
import dev.backstop.clock.IntervalClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import javax.sql.DataSource;

/** A node as any other, but for its machine's clocks, which are a test's. */
public final class LocalNode {
  private LocalNode() {}

  /**
   * Opens one.
   *
   * @param nanoTime its monotonic clock
   * @param local its clock of the day
   */
  public static Backstop open(DataSource dataSource, LongSupplier nanoTime, InstantSource local) {
    return new Engine(
        new BackstopConfig(
            dataSource,
            null,
            null,
            null,
            4,
            "",
            true,
            false,
            Duration.ofSeconds(20),
            null,
            null,
            null,
            null,
            null,
            null,
            Durability.SYNC,
            null,
            null,
            null,
            new BackstopConfig.Queue(10_000, 1 << 26),
            new BackstopConfig.Culling(
                Duration.ofHours(1), Duration.ofDays(1), 0, Duration.ofHours(1))),
        new IntervalClock(nanoTime, local));
  }
}
