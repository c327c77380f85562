package dev.backstop.examples.feedreader;

import dev.backstop.BackstopBuilder;
import java.time.Duration;
import java.time.Instant;

/** How fast the demonstration goes. A test lets time pass without waiting for it. */
interface Pace {
  /** The pace for people. */
  Pace HUMAN = new Pace() {};

  /** How long a feed is fresh. */
  default Duration ttl() {
    return Duration.ofSeconds(3);
  }

  /** How long a load may take before it counts as failed. */
  default Duration hardTimeout() {
    return Duration.ofSeconds(1);
  }

  /** How long a caller waits for a load before the backup answers. */
  default Duration softTimeout() {
    return Duration.ofMillis(200);
  }

  default Instant now() {
    return Instant.now();
  }

  default void pause(Duration time) throws InterruptedException {
    Thread.sleep(time.toMillis());
  }

  /** What Backstop has to know of this pace. */
  default BackstopBuilder over(BackstopBuilder builder) {
    return builder;
  }
}
