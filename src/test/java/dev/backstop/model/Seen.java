package dev.backstop.model;

import dev.backstop.Entry;
import dev.backstop.LoadFailure;
import dev.backstop.Origin;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a caller sees: an entry, or a part of one. As text, so that answers of any kind are compared
 * and printed alike.
 *
 * @param text all of it
 * @param value what a get returns of it
 * @param stamp what {@code stamp} returns of it
 * @param isFresh what {@code contains} returns of it
 */
record Seen(String text, String value, String stamp, String isFresh) {
  static final Seen NOTHING = new Seen("nothing", "nothing", "nothing", "false");

  /** What a load said of a key that the map of a bulk get leaves out. */
  static final Seen ABSENT = part("absent");

  static Seen part(String text) {
    return new Seen(text, text, text, text);
  }

  static Seen thrown(String failure) {
    return part("thrown: " + failure);
  }

  static Seen value(@Nullable String value) {
    return part("value " + value);
  }

  static Seen of(Optional<Entry<String>> entry) {
    return entry.map(Seen::of).orElse(NOTHING);
  }

  static Seen of(Entry<String> entry) {
    LoadFailure failure = entry.failure();
    return entry(
        entry.origin(),
        entry.value(),
        entry.createdAt().toEpochMilli(),
        entry.expiresAt().toEpochMilli(),
        failure == null ? null : failure(failure.message(), failure.at().toEpochMilli()));
  }

  static Seen entry(
      Origin origin, @Nullable String value, long stamp, long until, @Nullable String failure) {
    String because = failure == null ? "" : ", as " + failure;
    return new Seen(
        "%s %s of %s until %s%s".formatted(origin, value, stamp, until, because),
        "value " + value,
        String.valueOf(stamp),
        String.valueOf(origin != Origin.STAND_IN));
  }

  static String failure(@Nullable String message, long at) {
    return message + " at " + at;
  }

  boolean isThrown() {
    return text.startsWith("thrown: ");
  }

  Seen valueOnly() {
    return part(value);
  }

  Seen stampOnly() {
    return part(stamp);
  }

  Seen freshOnly() {
    return part(isFresh);
  }

  @Override
  public String toString() {
    return text;
  }
}
