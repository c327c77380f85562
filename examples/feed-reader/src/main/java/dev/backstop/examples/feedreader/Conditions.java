package dev.backstop.examples.feedreader;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What conditional requests say (RFC 9110, section 13), as far as feeds need it. */
final class Conditions {
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private Conditions() {}

  /** As the headers have it: to the second. */
  static String date(Instant moment) {
    return HTTP_DATE.format(moment);
  }

  /**
   * The moment of a header; nothing if it can't be read, as whoever reads it must ignore it then.
   */
  static Optional<Instant> moment(@Nullable String date) {
    try {
      return date == null
          ? Optional.empty()
          : Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from));
    } catch (DateTimeException unreadable) {
      return Optional.empty();
    }
  }

  /**
   * Whether whoever asked has this state already. The date counts only where no etag was sent: two
   * changes within one second have the same.
   *
   * @param ifNoneMatch the header, or null
   * @param ifModifiedSince the header, or null
   */
  static boolean isKnown(
      String etag,
      Instant lastModified,
      @Nullable String ifNoneMatch,
      @Nullable String ifModifiedSince) {
    if (ifNoneMatch != null) {
      return Stream.of(ifNoneMatch.split(","))
          .map(one -> one.strip().replaceFirst("^W/", ""))
          .anyMatch(one -> one.equals("*") || one.equals(etag));
    }
    return moment(ifModifiedSince)
        .filter(since -> lastModified.getEpochSecond() <= since.getEpochSecond())
        .isPresent();
  }
}
