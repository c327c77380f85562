package dev.backstop.examples.projectmanager;

import dev.backstop.Entry;
import dev.backstop.LoadFailure;
import java.time.Duration;
import java.time.Instant;

/**
 * Where what a page shows came from: the truth of an entry, in words.
 *
 * @param css how it is coloured
 * @param reason why the source did not answer; empty if it did
 */
public record Source(String css, String from, String age, String took, String reason) {
  static Source of(Entry<?> entry, Duration took, Instant now) {
    LoadFailure failure = entry.failure();
    String reason = failure == null ? "" : String.valueOf(failure.message());
    return new Source(
        entry.origin().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
        switch (entry.origin()) {
          case FAST -> "From the cache";
          case BACKUP -> "From the backup";
          case SOURCE -> "Gathered now";
          case STAND_IN -> "A backup stands in";
        },
        Words.age(entry.createdAt(), now),
        took.toMillis() + " ms",
        reason);
  }

  public boolean standsIn() {
    return !reason.isEmpty();
  }
}
