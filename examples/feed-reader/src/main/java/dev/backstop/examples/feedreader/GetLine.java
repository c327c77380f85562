package dev.backstop.examples.feedreader;

import dev.backstop.Entry;
import dev.backstop.LoadFailure;
import dev.backstop.Origin;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** The line of one get: when, which feed, where the answer came from, its age, what, and why. */
record GetLine(
    Instant at,
    String name,
    String origin,
    Paint colour,
    String age,
    String headline,
    @Nullable String reason) {
  private static final int WIDTH = 100;
  private static final int ORIGIN_WIDTH = 8;
  private static final int AGE_WIDTH = 10;
  private static final int REASON_WIDTH = 33;
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final String GAP = "  ";

  /**
   * Of a get that was answered.
   *
   * @param isUnchanged whether the source said that the feed has not changed
   */
  static GetLine answered(String name, Entry<Feed> entry, boolean isUnchanged, Instant now) {
    Feed feed = entry.value();
    LoadFailure failure = entry.failure();
    String unchanged = isUnchanged ? "304 Not Modified" : null;
    return new GetLine(
        now,
        name,
        entry.origin().name(),
        colour(entry.origin()),
        Words.age(entry.createdAt(), now),
        feed == null ? "" : feed.headline(),
        failure == null ? unchanged : Words.reason(failure));
  }

  /** Of a get that nothing could answer. */
  static GetLine unanswered(String name, Exception failure, Instant now) {
    String reason = Words.reason(LoadFailure.of(failure, now));
    return new GetLine(now, name, "NONE", Paint.RED, "", "no backup yet", reason);
  }

  private static Paint colour(Origin origin) {
    return switch (origin) {
      case FAST -> Paint.GREEN;
      case SOURCE -> Paint.CYAN;
      case BACKUP -> Paint.BLUE;
      case STAND_IN -> Paint.YELLOW;
    };
  }

  /** At most a hundred columns. */
  String text(int nameWidth, boolean colours) {
    Paint dim = colours ? Paint.DIM : Paint.PLAIN;
    Paint bright = colours ? colour : Paint.PLAIN;
    String plain = Words.pad(name, nameWidth);
    String when = TIME.format(at.atZone(ZoneId.systemDefault()));
    String where = Words.pad(origin, ORIGIN_WIDTH);
    String old = Words.padLeft(age, AGE_WIDTH);
    int left = WIDTH - (GAP + String.join(GAP, when, plain, where, old) + GAP).length();
    String what =
        reason == null
            ? Words.fit(headline, left)
            : Words.pad(headline, left - GAP.length() - REASON_WIDTH)
                + GAP
                + bright.on(Words.fit(reason, REASON_WIDTH));
    return GAP + String.join(GAP, dim.on(when), plain, bright.on(where), old, what);
  }
}
