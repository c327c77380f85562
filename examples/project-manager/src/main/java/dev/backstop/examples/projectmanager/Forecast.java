package dev.backstop.examples.projectmanager;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * The estimated time of completion: an hour of what is left takes as long as one of what is done.
 */
final class Forecast {
  private static final long FARTHEST = 365L * 1000; // days

  private Forecast() {}

  /**
   * The day; null where there is none: all is done, nothing is yet, or it would take a millennium.
   */
  static @Nullable LocalDate completion(Instant started, Instant now, int hours, int hoursLeft) {
    int hoursDone = hours - hoursLeft;
    if (hoursDone == 0 || hoursLeft == 0) {
      return null;
    }
    long daysSoFar = Math.max(1, Duration.between(started, now).toDays());
    long days = (daysSoFar * hoursLeft + hoursDone - 1) / hoursDone;
    return days > FARTHEST ? null : now.atZone(ZoneOffset.UTC).toLocalDate().plusDays(days);
  }
}
